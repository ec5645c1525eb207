using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Weft.Istio.Json;
using Weft.Istio.Telemetry;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Mesh;

/// <summary>ProxyConfig.tracing: how a proxy makes spans where no Telemetry says it.</summary>
public sealed record ProxyTracing
{
    private const double DefaultSampling = 1;

    public static ProxyTracing Default { get; } = new();

    /// <summary>Percent of requests; Istio's 1 where nothing sensible is stated.</summary>
    [JsonIgnore]
    public double EffectiveSampling => Sampling is > 0 and <= 100 ? Sampling : DefaultSampling;

    public double Sampling { get; init; }

    public uint MaxPathTagLength { get; init; }

    public ImmutableDictionary<string, CustomTag> CustomTags { get => field.OrEmpty(); init; }

    /// <summary>Reads the tracing settings of a ProxyConfig as written; the defaults where it has none, or none that can be read.</summary>
    public static ProxyTracing Of(JsonNode? proxyConfig)
    {
        try
        {
            return (proxyConfig as JsonObject)?["tracing"]?.Deserialize(IstioJson.Options.TypeInfoOf<ProxyTracing>()) ?? Default;
        }
        catch (JsonException)
        {
            // A proxy's own description of itself never keeps it from its configuration.
            return Default;
        }
    }
}
