using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace Weft.Demos.Travels.Control;

/// <summary>The dashboard's files, shipped as resources of this assembly.</summary>
internal static class Dashboard
{
    private const string Prefix = "Weft.Demos.Travels.dashboard/";
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static Task IndexAsync(HttpContext context) => SendAsync(context, "index.html");

    public static Task FileAsync(HttpContext context) =>
        SendAsync(context, context.Request.RouteValues["file"] is string { Length: > 0 } file ? file : "index.html");

    private static async Task SendAsync(HttpContext context, string file)
    {
        await using var content = typeof(Dashboard).Assembly.GetManifestResourceStream(Prefix + file);
        if (content is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentType = Types.TryGetContentType(file, out var type) ? type : "application/octet-stream";
        context.Response.ContentLength = content.Length;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
