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
            return (proxyConfig as JsonObject)?["tracing"] is JsonObject tracing ? JsonNames(tracing).Deserialize(IstioJson.Options.TypeInfoOf<ProxyTracing>()) ?? Default : Default;
        }
        catch (JsonException)
        {
            // A proxy's own description of itself never keeps it from its configuration.
            return Default;
        }
    }

    /// <summary>Fields by the names of JSON where they have those of the proto file (<c>custom_tags</c>): both are read, and annotations use either. Names of tags stay.</summary>
    private static JsonObject JsonNames(JsonObject tracing) => new(tracing.Select(field => field.Key switch
    {
        "custom_tags" or "customTags" when field.Value is JsonObject tags => Field("customTags", new JsonObject(tags.Select(tag => Field(tag.Key, Tag(tag.Value))))),
        "max_path_tag_length" => Field("maxPathTagLength", field.Value?.DeepClone()),
        _ => Field(field.Key, field.Value?.DeepClone()),
    }));

    /// <summary>A tag: one field that says where its value is from, with fields of its own.</summary>
    private static JsonNode? Tag(JsonNode? tag) => tag is JsonObject sources
        ? new JsonObject(sources.Select(source => Field(source.Key, source.Value is JsonObject fields
            ? new JsonObject(fields.Select(field => Field(field.Key == "default_value" ? "defaultValue" : field.Key, field.Value?.DeepClone())))
            : source.Value?.DeepClone())))
        : tag?.DeepClone();

    private static KeyValuePair<string, JsonNode?> Field(string name, JsonNode? value) => new(name, value);
}
