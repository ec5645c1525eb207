using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Weft.Api.Traces;

namespace Weft.Api.Description;

/// <summary>The bodies of all endpoints, whichever context writes them.</summary>
internal sealed class BodiesResolver : IJsonTypeInfoResolver
{
    private static readonly IJsonTypeInfoResolver All = JsonTypeInfoResolver.Combine(FullJsonContext.Default, ApiJsonContext.Default, TracingJsonContext.Default);

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => All.GetTypeInfo(type, options);
}
