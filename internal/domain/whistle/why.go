package whistle

// Why is why a department is proposed for a whistle.
type Why string

// The reasons.
const (
	ByLead     Why = "LEAD"        // the duty list says that it leads
	ByCo       Why = "CO"          // … that it takes part
	ByPlatform Why = "RESIDENT_AT" // sits on the street's platform
	ByCall     Why = "ON_CALL_FOR" // names a post that comes when called
	ByNear     Why = "NEAR"        // has a team within reach of the event
	ByStreet   Why = "STREET"      // an office of the street or an agency in it
)
