using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace Weft.Demos.Hosting;

/// <summary>A folder of web files, shipped as resources of this assembly.</summary>
/// <param name="folder">The folder's resource name, such as <c>Travels/dashboard</c>.</param>
internal sealed class EmbeddedFiles(string folder)
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>The file's bytes; null when the folder has no such file.</summary>
    public byte[]? Read(string file)
    {
        using var content = Open(file);
        if (content is null)
        {
            return null;
        }

        var bytes = new byte[content.Length];
        content.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Answers with the file, or with 404.</summary>
    public async Task SendAsync(HttpContext context, string file)
    {
        await using var content = Open(file);
        if (content is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        context.Response.ContentType = ContentType(file);
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    public static string ContentType(string file) => Types.TryGetContentType(file, out var type) ? type : "application/octet-stream";

    private Stream? Open(string file) => typeof(EmbeddedFiles).Assembly.GetManifestResourceStream($"Weft.Demos/{folder}/{file}");
}
