// DescribeConfigs: the settings of topics and of this broker, and where each comes from.
//
// [core server/ConfigHelper.scala, DynamicBrokerConfig.scala; server-common
// ServerTopicConfigSynonyms.java]
// Not modelled: loggers, client metrics and groups (refused as an invalid request), documentation,
// and the synonyms of a topic key in hours and minutes.
#pragma once

#include "sim/metadata/metadata_image.h"
#include "sim/model/config.h"
#include "sim/model/envelope.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// `set_at_start` holds the static settings of `broker`, the dynamic ones are in the image.
[[nodiscard]] DescribeConfigsResponse describe_configs(const MetadataImage& image,
                                                       const ConfigMap& set_at_start,
                                                       BrokerId broker,
                                                       const DescribeConfigsRequest& request);

}  // namespace brokerlab
