using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Weft.Api.Proxies;

public sealed record ConfigDumpDto([property: JsonPropertyName("config_dump")] JsonObject ConfigDump);

public sealed record BootstrapPartDto(BootstrapDto Bootstrap);

public sealed record BootstrapDto(JsonObject? Bootstrap);

public sealed record ClusterPartDto(ClusterRowDto[] Clusters);

public sealed record ListenerPartDto(ListenerRowDto[] Listeners);

public sealed record RoutePartDto(RouteRowDto[] Routes);

public sealed record ClusterRowDto(
    [property: JsonPropertyName("service_fqdn")] HostDto ServiceFqdn,
    int Port,
    string Subset,
    string Direction,
    string Type,
    [property: JsonPropertyName("destination_rule")] string DestinationRule);

public sealed record ListenerRowDto(string Address, int Port, string Match, string Destination);

public sealed record RouteRowDto(string Name, HostDto Domains, string Match, [property: JsonPropertyName("virtual_service")] string VirtualService);

public sealed record HostDto(string Service, string Namespace, string Cluster, [property: JsonPropertyName("complete_input")] bool CompleteInput);
