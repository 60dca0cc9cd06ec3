package flexflow

import "github.com/flexflow-go/flexflow/gen"

type (
	ChannelType     = gen.ChannelType
	FlexFlow        = gen.FlexFlow
	IntegrationType = gen.IntegrationType
)

const (
	ChannelTypeCustom       = gen.ChannelTypeCustom
	ChannelTypeFacebook     = gen.ChannelTypeFacebook
	ChannelTypeLine         = gen.ChannelTypeLine
	ChannelTypeSMS          = gen.ChannelTypeSMS
	ChannelTypeWeb          = gen.ChannelTypeWeb
	ChannelTypeWhatsapp     = gen.ChannelTypeWhatsapp
	IntegrationTypeExternal = gen.IntegrationTypeExternal
	IntegrationTypeStudio   = gen.IntegrationTypeStudio
	IntegrationTypeTask     = gen.IntegrationTypeTask
)
