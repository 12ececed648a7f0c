package access_test

import (
	"maps"

	"huying/internal/domain/access"
)

func init() {
	maps.Copy(matrix, map[access.Action]map[string]string{
		access.ReadProgrammes: {
			"dispatcher": "JP", "handler": "P", "leader": "JP", "secretary": "JP", "supervisor": "JP", "assessor": "J",
		},
		access.ManageProgrammes: {"leader": "P", "secretary": "P", "supervisor": "P"},
		access.SettleDispute:    {"leader": "J", "supervisor": "J"},
		access.PostOffer:        {"dispatcher": "P", "handler": "P", "leader": "P", "secretary": "P"},
	})
}
