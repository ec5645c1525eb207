using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Travels.Control;

/// <summary>The dashboard's pages.</summary>
internal static class Dashboard
{
    private const string Index = "index.html";
    private static readonly EmbeddedFiles Files = new("Travels/dashboard");

    public static Task IndexAsync(HttpContext context) => Files.SendAsync(context, Index);

    public static Task FileAsync(HttpContext context) =>
        Files.SendAsync(context, context.Request.RouteValues["file"] is string { Length: > 0 } file ? file : Index);
}
