package api

import (
	"huying/internal/desk/dispatch"
	"huying/internal/desk/intake"
	"huying/internal/desk/supervision"
	"huying/internal/domain/access"
)

func intakeDesk(s *server) *intake.Desk         { return s.Intake }
func dispatchDesk(s *server) *dispatch.Desk     { return s.Dispatch }
func superviseDesk(s *server) *supervision.Desk { return s.Supervision }

const (
	get    = "GET"
	post   = "POST"
	remove = "DELETE"
)

// routes is every route there is.
func routes() []Route {
	var out []Route
	for _, part := range [...][]Route{
		callRoutes(),
		matterRoutes(),
		orderRoutes(),
		unitRoutes(),
		officeRoutes(),
		whistleRoutes(),
		rosterRoutes(),
		groundRoutes(),
		mandateRoutes(),
		establishmentRoutes(),
		burdenRoutes(),
		powerRoutes(),
		accountRoutes(),
		steeringRoutes(),
		callerRoutes(),
		publicRoutes(),
	} {
		out = append(out, part...)
	}
	return out
}

func callRoutes() []Route {
	return []Route{
		{post, "/calls", "receive-call", staff, access.RaiseCall, "受理一件诉求", "Take a call in", handle(receiveCall).created()},
		{post, "/calls/suggest", "suggest", staff, access.RaiseCall, "建议分类和疑似重复", "Suggest a category and duplicates", handle(suggest)},
	}
}

func matterRoutes() []Route {
	return []Route{
		{get, "/search", "search", staff, access.ReadMatter, "查找事项、地点和单位", "Find matters, places and units", handle(find)},
		{get, "/marks", "list-marks", staff, access.ReadMatter, "列出待决与督办事项", "List what waits or is kept an eye on", handle(marks)},
		{get, "/matters", "list-matters", staff, access.ReadMatter, "列出事项", "List matters", handle(matters)},
		{get, "/matters/{no}", "read-matter", staff, access.ReadMatter, "查看事项", "Read a matter", handle(matterOf)},
		{get, "/matters/{no}/entries", "read-entries", member, access.ReadLedger, "查看事项的全过程", "Read the story of a matter", handle(entries)},
		{get, "/matters/{no}/due", "explain-due", staff, access.ReadMatter, "逐日解释各项时限", "Explain its deadlines day by day", handle(dues)},
		{get, "/matters/{no}/told", "read-told", staff, access.ReadMatter, "查看已告知诉求人的内容", "Read what the caller was told", handle(tellings)},
		{get, "/matters/{no}/evidence/{hash}", "read-evidence", staff, access.ReadMatter, "取回佐证材料", "Fetch a piece of evidence", handle(evidence)},
		{get, "/matters/{no}/access-log", "read-access-log", staff, access.ReadAccessLog, "查看谁读过联系方式", "Read who saw the contact", handle(accessLog)},
		{post, "/matters/{no}/contact-details", "read-contact", staff, access.ReadCaller, "因公读取联系方式（留痕）", "Read the contact for a stated purpose", handle(contactDetails)},

		{post, "/matters/{no}/verify", "verify", staff, access.VerifyMatter, "核实", "Verify", act(intakeDesk, (*intake.Desk).Verify)},
		{post, "/matters/{no}/advise", "advise", staff, access.VerifyMatter, "解答", "Answer with advice", act(intakeDesk, (*intake.Desk).Advise)},
		{post, "/matters/{no}/refer", "refer", staff, access.VerifyMatter, "告知法定途径", "Refer to the lawful channel", act(intakeDesk, (*intake.Desk).Refer)},
		{post, "/matters/{no}/take-back", "take-back", staff, access.VerifyMatter, "收回转办", "Take a referral back", act(intakeDesk, (*intake.Desk).TakeBack)},
		{post, "/matters/{no}/triage", "triage", staff, access.TriageMatter, "三事分流", "Decide the class", act(intakeDesk, (*intake.Desk).Triage)},
		{post, "/matters/{no}/merge", "merge", staff, access.MergeMatter, "并单", "Merge into another", act(intakeDesk, (*intake.Desk).Merge)},
		{post, "/matters/{no}/unmerge", "unmerge", staff, access.MergeMatter, "撤销并单", "Undo a merge", act(intakeDesk, (*intake.Desk).Unmerge)},
		{post, "/matters/{no}/split", "split", staff, access.MergeMatter, "拆分", "Split a part off", act(intakeDesk, (*intake.Desk).Split).created()},
		{post, "/matters/{no}/issue", "issue", staff, access.IssueOrder, "派单", "Give orders", act(dispatchDesk, (*dispatch.Desk).Issue)},
		{post, "/matters/{no}/convene", "convene", staff, access.DecideObjection, "召集会商", "Convene a conference", act(dispatchDesk, (*dispatch.Desk).Convene)},
		{post, "/matters/{no}/decide-conference", "decide-conference", staff, access.DecideObjection, "会商定责", "Decide a conference", act(dispatchDesk, (*dispatch.Desk).DecideConference)},
		{post, "/matters/{no}/pause", "pause", staff, access.DeferMatter, "暂停计时", "Pause the clocks", act(dispatchDesk, (*dispatch.Desk).Pause)},
		{post, "/matters/{no}/resume", "resume", staff, access.DeferMatter, "恢复计时", "Resume the clocks", act(dispatchDesk, (*dispatch.Desk).Resume)},
		{post, "/matters/{no}/defer", "defer", staff, access.DeferMatter, "挂账", "Put on account", act(dispatchDesk, (*dispatch.Desk).Defer)},
		{post, "/matters/{no}/undefer", "undefer", staff, access.DeferMatter, "结束挂账", "Take up again", act(dispatchDesk, (*dispatch.Desk).Undefer)},
		{post, "/matters/{no}/contact", "contact", member, access.AnswerOrder, "登记联系诉求人", "Record an attempt to reach the caller", act(dispatchDesk, (*dispatch.Desk).Contact)},
		{post, "/matters/{no}/judge", "judge", member, access.JudgeMatter, "评判办理结果", "Judge the result", act(superviseDesk, (*supervision.Desk).Judge)},
		{post, "/matters/{no}/reopen", "reopen", staff, access.ReopenMatter, "重新办理", "Reopen", act(superviseDesk, (*supervision.Desk).Reopen)},
		{post, "/matters/{no}/request-exclusion", "request-exclusion", staff, access.RequestExclusion, "申请剔除", "Ask that it does not count", act(superviseDesk, (*supervision.Desk).RequestExclusion)},
		{post, "/matters/{no}/decide-exclusion", "decide-exclusion", staff, access.DecideExclusion, "审定剔除", "Decide an exclusion", act(superviseDesk, (*supervision.Desk).DecideExclusion)},
	}
}

func orderRoutes() []Route {
	return []Route{
		{get, "/orders/{no}", "read-order", staff, access.ReadMatter, "查看工单", "Read an order", handle(orderOf)},
		{post, "/orders/{no}/sign", "sign", staff, access.AnswerOrder, "签收", "Accept", act(dispatchDesk, (*dispatch.Desk).Sign)},
		{post, "/orders/{no}/work", "work", staff, access.AnswerOrder, "开始办理", "Begin work", act(dispatchDesk, (*dispatch.Desk).Work)},
		{post, "/orders/{no}/respond", "respond", staff, access.AnswerOrder, "反馈办理结果", "Answer with evidence", act(dispatchDesk, (*dispatch.Desk).Respond)},
		{post, "/orders/{no}/judge", "judge-order", staff, access.ChairOrder, "评判反馈", "Judge an answer", act(dispatchDesk, (*dispatch.Desk).JudgeOrder)},
		{post, "/orders/{no}/withdraw", "withdraw", staff, access.ChairOrder, "撤回工单", "Withdraw", act(dispatchDesk, (*dispatch.Desk).Withdraw)},
		{post, "/orders/{no}/object", "object", staff, access.AnswerOrder, "提出派单异议", "Object", act(dispatchDesk, (*dispatch.Desk).Object)},
		{post, "/orders/{no}/decide-objection", "decide-objection", staff, access.DecideObjection, "裁定异议", "Decide an objection", act(dispatchDesk, (*dispatch.Desk).DecideObjection)},
		{post, "/orders/{no}/ask-extension", "ask-extension", staff, access.AnswerOrder, "申请延期", "Ask for more time", act(dispatchDesk, (*dispatch.Desk).AskExtension)},
		{post, "/orders/{no}/decide-extension", "decide-extension", staff, access.ChairOrder, "审批延期", "Grant or refuse time", act(dispatchDesk, (*dispatch.Desk).DecideExtension)},
		{post, "/orders/{no}/remind", "remind", staff, access.Remind, "催办", "Remind", act(superviseDesk, (*supervision.Desk).Remind)},
		{post, "/orders/{no}/supervise", "supervise", staff, access.Supervise, "督办", "Supervise", act(superviseDesk, (*supervision.Desk).Supervise)},
		{post, "/orders/{no}/appeal-card", "appeal-card", staff, access.AnswerOrder, "申诉亮牌", "Appeal a card", act(superviseDesk, (*supervision.Desk).AppealCard)},
		{post, "/orders/{no}/decide-card", "decide-card", staff, access.DecideCard, "裁定亮牌申诉", "Decide a card's appeal", act(superviseDesk, (*supervision.Desk).DecideCard)},
		{post, "/orders/{no}/check", "check", staff, access.AnswerOrder, "登记抽查结果", "Record a sample check", act(superviseDesk, (*supervision.Desk).Check)},
	}
}

func unitRoutes() []Route {
	return []Route{
		{get, "/units/{code}/held", "list-held", member, "", "单位手中的事项", "What a unit holds", handle(held)},
		{get, "/units/{code}/orders", "list-orders", member, "", "单位的待办工单", "What a unit owes", handle(orders)},
		{get, "/units/{code}/inbox", "list-inbox", member, "", "单位收到的通知", "What a unit was told", handle(inbox)},
		{get, "/units/{code}/tabs", "read-tabs", member, "", "单位手中的数量", "How much waits at a unit", handle(tabs)},
		{get, "/places", "list-places", member, "", "区划与网格", "Places", handle(places)},
		{get, "/places/{code}", "read-place", member, "", "一个区划或网格", "A place", handle(placeOf)},
		{get, "/units", "list-units", member, "", "单位", "Units", handle(units)},
		{get, "/units/{code}", "read-unit", member, "", "一个单位", "A unit", handle(unitOf)},
		{get, "/categories", "list-categories", member, "", "职责清单", "The duty list", handle(categories)},
	}
}

func officeRoutes() []Route {
	return []Route{
		{post, "/audits/sample", "draw-sample", staff, access.SampleAudit, "抽取一周已结事项", "Draw a sample of closed matters", handle(sample)},
		{get, "/numbers/place/{code}", "read-place-numbers", staff, access.ReadNumbers, "一地的数据", "Figures of a place", handle(placeNumbers)},
		{get, "/numbers/place/{code}/then", "read-place-then", staff, access.ReadNumbers, "一地在某一时刻的情况", "How a place stood at an instant", handle(placeThen)},
		{get, "/numbers/elapsed", "read-elapsed", staff, access.ReadNumbers, "各环节用时中位数", "Median times of a category", handle(elapsedNumbers)},
		{get, "/numbers/units", "read-unit-numbers", staff, access.ReadNumbers, "一地各单位的数据", "Figures of a place's units", handle(unitNumbers)},
		{post, "/evidence", "keep-evidence", staff, access.RaiseCall, "上传佐证材料", "Upload evidence", handle(keepEvidence).upload().created()},
		{get, "/due", "explain-limit", member, "", "解释一个时限", "Explain a limit", handle(explainLimit)},
		{get, "/undelivered", "list-undelivered", staff, access.ManagePack, "未能送回来源系统的结果", "Results that their source did not take", handle(undelivered)},
		{get, "/tokens", "list-tokens", staff, access.ManageTokens, "列出令牌", "List tokens", handle(tokens)},
		{post, "/tokens", "make-token", staff, access.ManageTokens, "签发令牌", "Make a token", handle(makeToken).created()},
		{remove, "/tokens/{id}", "revoke-token", staff, access.ManageTokens, "吊销令牌", "Revoke a token", handle(revokeToken).emptied()},
	}
}

func callerRoutes() []Route {
	return []Route{
		{get, "/track/{no}", "track", caller, access.ReadMatter, "诉求人查询", "Follow one's matter", handle(track)},
		{get, "/track/{no}/told", "track-told", caller, access.ReadMatter, "诉求人查看告知", "What one was told", handle(tellings)},
		{get, "/track/{no}/receipt", "track-receipt", caller, access.ReadMatter, "受理凭证", "The receipt that proves the call", handle(receipt)},
		{get, "/track/{no}/access-log", "track-access-log", caller, access.ReadMatter, "谁读过我的联系方式", "Who read one's contact", handle(accessLog)},
		{post, "/track/{no}/judge", "track-judge", caller, access.JudgeMatter, "诉求人评判", "Judge the result", asCaller(trackJudge)},
		{post, "/track/{no}/reopen", "track-reopen", caller, access.ReopenMatter, "诉求人要求重办", "Ask to reopen", asCaller(trackReopen)},
		{post, "/track/{no}/appeal", "track-appeal", caller, access.ReadMatter, "诉求人对分类申诉", "Appeal against the class", asCaller(trackAppeal)},
		{post, "/track/{no}/level-up", "track-level-up", caller, access.ReadMatter, "诉求人要求升级", "Ask the next level", asCaller(trackLevelUp)},
	}
}

func publicRoutes() []Route {
	return []Route{
		{post, "/public/calls", "public-call", public, access.RaiseCall, "市民提交诉求", "Call without a token", handle(publicCall).created()},
		{get, "/checkpoint", "read-checkpoint", public, "", "最新存证点", "The newest checkpoint", handle(checkpoint)},
		{get, "/key", "read-key", public, "", "存证公钥", "The key that verifies checkpoints", handle(publicKey)},
		{get, "/openapi.json", "openapi-json", public, "", "接口说明（JSON）", "This document as JSON", handle(openJSON)},
		{get, "/openapi.yaml", "openapi-yaml", public, "", "接口说明（YAML）", "This document as YAML", handle(openYAML)},
		{get, "//healthz", "health", probe, "", "存活", "Alive", handle(health)},
		{get, "//readyz", "ready", probe, "", "就绪", "Ready", handle(ready)},
	}
}
