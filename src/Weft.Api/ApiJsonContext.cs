using System.Text.Json.Serialization;
using Weft.Api.Access;
using Weft.Api.Config;
using Weft.Api.Errors;
using Weft.Api.Graph;
using Weft.Api.Integrations;
using Weft.Api.MeshTopology;
using Weft.Api.Metrics;
using Weft.Api.Namespaces;
using Weft.Api.Status;

namespace Weft.Api;

/// <summary>Every body of the REST API, written without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ErrorDto))]
[JsonSerializable(typeof(StatsRequestDto))]
[JsonSerializable(typeof(GraphDto))]
[JsonSerializable(typeof(NamespaceDto))]
[JsonSerializable(typeof(NamespaceDto[]))]
[JsonSerializable(typeof(StatusDto))]
[JsonSerializable(typeof(ConfigDto))]
[JsonSerializable(typeof(AuthInfoDto))]
[JsonSerializable(typeof(LoginDto))]
[JsonSerializable(typeof(ComponentDto[]))]
[JsonSerializable(typeof(DashboardLinksDto))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
