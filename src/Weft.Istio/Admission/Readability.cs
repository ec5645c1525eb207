using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Weft.Istio.Admission;

/// <summary>
/// Whether an object can be read as what it is. A schema of a definition does not hold numbers to their size (<c>format: int32</c> binds nobody);
/// istiod's webhook decodes the object first, so that what is stored can also be read.
/// </summary>
internal static class Readability
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> s_types = new Dictionary<string, JsonTypeInfo>
    {
        ["VirtualService"] = IstioResources.VirtualServices.TypeInfo,
        ["DestinationRule"] = IstioResources.DestinationRules.TypeInfo,
        ["ServiceEntry"] = IstioResources.ServiceEntries.TypeInfo,
        ["WorkloadEntry"] = IstioResources.WorkloadEntries.TypeInfo,
        ["Gateway"] = IstioResources.Gateways.TypeInfo,
        ["Sidecar"] = IstioResources.Sidecars.TypeInfo,
        ["ProxyConfig"] = IstioResources.ProxyConfigs.TypeInfo,
        ["PeerAuthentication"] = IstioResources.PeerAuthentications.TypeInfo,
        ["RequestAuthentication"] = IstioResources.RequestAuthentications.TypeInfo,
        ["AuthorizationPolicy"] = IstioResources.AuthorizationPolicies.TypeInfo,
        ["Telemetry"] = IstioResources.Telemetries.TypeInfo,
    }.ToFrozenDictionary();

    /// <summary>Why the object cannot be read, with the path of the field; null when it can.</summary>
    public static string? Problem(string kind, JsonObject item)
    {
        if (!s_types.TryGetValue(kind, out var type))
        {
            return null;
        }

        try
        {
            item.Deserialize(type);
            return null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or NotSupportedException or ArgumentException or OverflowException)
        {
            return $"error decoding configuration: {LargeNumber(item["spec"], "spec") ?? exception.Message}";
        }
    }

    /// <summary>The first whole number that no field of 32 bits can hold, with its path; null when there is none.</summary>
    private static string? LargeNumber(JsonNode? node, string path) => node switch
    {
        JsonObject content => content.Select(field => LargeNumber(field.Value, $"{path}.{field.Key}")).FirstOrDefault(found => found is not null),
        JsonArray list => list.Select((item, index) => LargeNumber(item, $"{path}[{index}]")).FirstOrDefault(found => found is not null),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && IsLarge(value.ToJsonString()) =>
            $"{path}: json: cannot unmarshal number {value.ToJsonString()} into Go value of type int32",
        _ => null,
    };

    private static bool IsLarge(string number) =>
        double.TryParse(number, CultureInfo.InvariantCulture, out var value) && double.IsInteger(value) && value is > int.MaxValue or < int.MinValue;
}
