using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Weft.ApiServer.Endpoints;

internal enum OutputKind
{
    Object,
    Table,
    PartialMetadata,
    PartialMetadataList,
}

internal enum OutputEncoding
{
    Json,
    Yaml,
    Protobuf,
}

/// <summary>What the Accept header settles on: the encoding, and as which kind.</summary>
internal sealed record OutputFormat(OutputKind Kind, OutputEncoding Encoding, string TableVersion)
{
    public const string ProtobufType = "application/vnd.kubernetes.protobuf";

    private static readonly string[] Served = ["application/json", "application/yaml", ProtobufType];

    public static OutputFormat Json { get; } = new(OutputKind.Object, OutputEncoding.Json, "");

    public bool Yaml => Encoding == OutputEncoding.Yaml;

    /// <summary>
    /// The first of the client's types that is served. Two refusals, as there: a type that no route produces, and one that is produced but not in the asked shape.
    /// </summary>
    public static OutputFormat Negotiate(HttpContext context, bool protobuf = false, bool tables = true)
    {
        var header = context.Request.Headers.Accept.ToString();
        if (header.Length == 0) return Json;
        var entries = header.Split(',').Select(e => e.Trim()).OrderByDescending(Quality).ToArray();
        foreach (var entry in entries)
            if (Accepts(entry, protobuf, tables) is { } format) return format;
        throw entries.Any(e => EncodingOf(e.Split(';')[0].Trim()) is not null)
            ? StatusErrors.NotAcceptable(Served)
            : new StatusException(406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {string.Join(", ", Served)}", []);
    }

    /// <summary>The encoding of an error: what the client asked for first of what there is, else JSON.</summary>
    public static OutputEncoding ForErrors(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Split(',')
            .Where(e => !e.Contains("as=", StringComparison.Ordinal))
            .Select(e => EncodingOf(e.Split(';')[0].Trim())).FirstOrDefault(e => e is not null) ?? OutputEncoding.Json;

    /// <summary>How much the client wants it: `q`, 1 unless said.</summary>
    private static double Quality(string entry)
    {
        foreach (var part in entry.Split(';').Skip(1))
            if (part.Trim() is ['q', '=', .. var value] && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality)) return quality;
        return 1;
    }

    private static OutputEncoding? EncodingOf(string type) => type switch
    {
        "application/json" or "*/*" => OutputEncoding.Json,
        "application/yaml" => OutputEncoding.Yaml,
        ProtobufType => OutputEncoding.Protobuf,
        _ => null,
    };

    private static OutputFormat? Accepts(string entry, bool protobuf, bool tables)
    {
        var parts = entry.Split(';').Select(p => p.Trim()).ToArray();
        if (EncodingOf(parts[0]) is not { } encoding) return null;
        var parameters = parts.Skip(1).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
        var kind = parameters["as"].FirstOrDefault();
        // Metadata has a protobuf form whatever the kind, a table has none.
        if (encoding == OutputEncoding.Protobuf && (kind is null ? !protobuf : kind == "Table")) return null;
        if (kind is null) return Json with { Encoding = encoding };
        var version = parameters["v"].FirstOrDefault() ?? "";
        if (!tables || parameters["g"].FirstOrDefault() != "meta.k8s.io" || version is not ("v1" or "v1beta1")) return null;
        return kind switch
        {
            "Table" => new OutputFormat(OutputKind.Table, encoding, version),
            "PartialObjectMetadata" => new OutputFormat(OutputKind.PartialMetadata, encoding, version),
            "PartialObjectMetadataList" => new OutputFormat(OutputKind.PartialMetadataList, encoding, version),
            _ => null,
        };
    }
}
