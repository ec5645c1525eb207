using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Endpoints;

/// <summary>Writes answers with the headers Kubernetes sends.</summary>
internal static class Answer
{
    /// <summary>Smaller answers are not worth the work.</summary>
    private const int LeastCompressed = 128 * 1024;
    private static readonly string[] PeoplesAgents = ["curl/", "Wget/", "Mozilla/5.0"];

    public static Task JsonAsync(HttpContext context, int code, byte[] body, OutputFormat? format = null)
    {
        if (format?.Yaml == true) return WriteAsync(context, code, "application/yaml", Encoding.UTF8.GetBytes(KubeYaml.Write(JsonText.Parse(body))));
        return WriteAsync(context, code, "application/json", IsPretty(context) ? JsonText.WriteIndented(JsonText.Parse(body)) : [.. body, (byte)'\n']);
    }

    public static Task JsonAsync(HttpContext context, int code, JsonNode body, OutputFormat? format = null) =>
        JsonAsync(context, code, JsonText.Write(body), format);

    /// <summary>JSON under another name.</summary>
    public static Task TypedAsync(HttpContext context, int code, string type, byte[] body) => WriteAsync(context, code, type, body);

    public static Task ProtobufAsync(HttpContext context, int code, byte[] body) => WriteAsync(context, code, OutputFormat.ProtobufType, body);

    public static Task TextAsync(HttpContext context, int code, string text)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return WriteAsync(context, code, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A failure, in the encoding the client asked for.</summary>
    public static Task StatusAsync(HttpContext context, StatusException error, ProtobufWriter protobuf)
    {
        if (error.Code == 401) context.Response.Headers.WWWAuthenticate = "Bearer";
        return OutputFormat.ForErrors(context) switch
        {
            OutputEncoding.Protobuf => ProtobufAsync(context, error.Code, protobuf.Status(error.ToStatus())),
            OutputEncoding.Yaml => JsonAsync(context, error.Code, error.ToStatus(), OutputFormat.Json with { Encoding = OutputEncoding.Yaml }),
            _ => JsonAsync(context, error.Code, error.ToStatus()),
        };
    }

    /// <summary>Warnings travel as headers, as RFC 7234 writes them.</summary>
    public static void Warn(HttpContext context, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings.Distinct())
        {
            var escaped = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
            context.Response.Headers.Append("Warning", $"299 - \"{string.Concat(escaped.Where(c => c is >= ' ' and < (char)127))}\"");
        }
    }

    /// <summary>Indented when asked for, and for the tools by which people look.</summary>
    private static bool IsPretty(HttpContext context)
    {
        if (context.Request.Query.TryGetValue("pretty", out var asked)) return asked.ToString() is "" or "1" or "true" or "True" or "TRUE" or "t" or "T";
        var agent = context.Request.Headers.UserAgent.ToString();
        return PeoplesAgents.Any(a => agent.StartsWith(a, StringComparison.Ordinal));
    }

    private static bool TakesGzip(HttpContext context) =>
        context.Request.Headers.AcceptEncoding.ToString().Split(',').Any(e => e.Trim().Split(';')[0] == "gzip");

    private static byte[] Compressed(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(body);
        return buffer.ToArray();
    }

    private static async Task WriteAsync(HttpContext context, int code, string type, byte[] body)
    {
        context.Response.StatusCode = code;
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Response.ContentType = type;
        if (body.Length >= LeastCompressed && HttpMethods.IsGet(context.Request.Method) && TakesGzip(context))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.Headers.Vary = "Accept-Encoding";
            body = Compressed(body);
        }

        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
