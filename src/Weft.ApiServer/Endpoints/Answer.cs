using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Schemas;
using Weft.Kubernetes.Yaml;

namespace Weft.ApiServer.Endpoints;

/// <summary>Writes answers with the headers Kubernetes sends.</summary>
internal static class Answer
{
    public static async Task JsonAsync(HttpContext context, int code, byte[] body, OutputFormat? format = null)
    {
        var yaml = format?.Yaml == true;
        context.Response.StatusCode = code;
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Response.ContentType = yaml ? "application/yaml" : "application/json";
        if (yaml) body = Encoding.UTF8.GetBytes(KubeYaml.Write(JsonText.Parse(body)));
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static Task JsonAsync(HttpContext context, int code, JsonNode body, OutputFormat? format = null) =>
        JsonAsync(context, code, JsonText.Write(body), format);

    public static async Task TextAsync(HttpContext context, int code, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = code;
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static Task StatusAsync(HttpContext context, StatusException error)
    {
        if (error.Code == 401) context.Response.Headers.WWWAuthenticate = "Bearer";
        return JsonAsync(context, error.Code, error.ToStatus());
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
}
