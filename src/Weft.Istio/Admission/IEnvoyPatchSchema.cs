using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Weft.Istio.Admission;

/// <summary>Knows Envoy's messages, which this project does not: what a patch of an EnvoyFilter says that they do not understand.</summary>
public interface IEnvoyPatchSchema
{
    /// <summary>Reads the value of a patch to what <paramref name="applyTo"/> names (EnvoyFilter.ApplyTo, such as CLUSTER or HTTP_FILTER). Never throws.</summary>
    EnvoyPatchReading Read(string applyTo, JsonObject value);
}

/// <param name="UnknownField">The first field that the message does not have, as protobuf names it; null when all are known.</param>
/// <param name="UntypedExtensions">Names of extensions that have no typed configuration.</param>
public sealed record EnvoyPatchReading(string? UnknownField, ImmutableArray<string> UntypedExtensions)
{
    public static EnvoyPatchReading Understood { get; } = new(null, []);
}
