using Microsoft.AspNetCore.Http;

namespace Weft.ApiServer.Endpoints;

internal enum OutputKind
{
    Object,
    Table,
    PartialMetadata,
    PartialMetadataList,
}

/// <summary>What the Accept header settles on: JSON or YAML, and as which kind.</summary>
internal sealed record OutputFormat(OutputKind Kind, bool Yaml, string TableVersion)
{
    private static readonly string[] Served = ["application/json", "application/yaml"];

    public static OutputFormat Json { get; } = new(OutputKind.Object, false, "");

    public string ContentType => Kind switch
    {
        _ when Yaml => "application/yaml",
        _ => "application/json",
    };

    public static OutputFormat Negotiate(HttpContext context, bool tables = true)
    {
        var header = context.Request.Headers.Accept.ToString();
        if (header.Length == 0) return Json;
        foreach (var entry in header.Split(','))
            if (Accepts(entry.Trim(), tables) is { } format) return format;
        throw new StatusException(
            406,
            "NotAcceptable",
            $"406: Not Acceptable\n\nAvailable representations: {string.Join(", ", Served)}",
            []);
    }

    private static OutputFormat? Accepts(string entry, bool tables)
    {
        var parts = entry.Split(';').Select(p => p.Trim()).ToArray();
        var parameters = parts.Skip(1).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1]);
        var yaml = parts[0] is "application/yaml";
        if (!yaml && parts[0] is not ("application/json" or "*/*" or "application/json;stream=watch")) return null;
        var kind = parameters["as"].FirstOrDefault();
        if (kind is null) return yaml ? Json with { Yaml = true } : Json;
        var version = parameters["v"].FirstOrDefault() ?? "";
        if (!tables || parameters["g"].FirstOrDefault() != "meta.k8s.io" || version is not ("v1" or "v1beta1")) return null;
        return kind switch
        {
            "Table" => new OutputFormat(OutputKind.Table, yaml, version),
            "PartialObjectMetadata" => new OutputFormat(OutputKind.PartialMetadata, yaml, version),
            "PartialObjectMetadataList" => new OutputFormat(OutputKind.PartialMetadataList, yaml, version),
            _ => null,
        };
    }
}
