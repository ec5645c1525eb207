namespace Weft.Observability.Traces.Otlp;

/// <summary>OTLP's span kinds by number, name on the wire and the value of the tag <c>span.kind</c>.</summary>
internal static class OtlpKinds
{
    private static readonly string?[] Tags = [null, "internal", "server", "client", "producer", "consumer"];

    /// <summary>Null for unspecified and unknown kinds: such spans have no tag.</summary>
    public static string? Name(int kind) => kind > 0 && kind < Tags.Length ? Tags[kind] : null;

    /// <summary>Zero (unspecified) for a name that OTLP does not have.</summary>
    public static int Of(string? tag) => tag is null ? 0 : Math.Max(0, Array.IndexOf(Tags, tag));

    /// <summary>Reads <c>SPAN_KIND_SERVER</c>; zero for what OTLP does not have.</summary>
    public static int OfEnumName(string name) =>
        name.StartsWith("SPAN_KIND_", StringComparison.Ordinal) ? Of(name["SPAN_KIND_".Length..].ToLowerInvariant()) : 0;

    public static string EnumName(int kind) => "SPAN_KIND_" + (Name(kind)?.ToUpperInvariant() ?? "UNSPECIFIED");
}
