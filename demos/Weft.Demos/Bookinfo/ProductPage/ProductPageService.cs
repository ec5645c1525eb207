using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>Images <c>examples-bookinfo-productpage-{v1,v-flooding}</c>: the bookstore's page and its API.</summary>
/// <param name="floodFactor">What the image sets FLOOD_FACTOR to; the pod may set it otherwise.</param>
internal sealed class ProductPageService(int floodFactor) : IDemoWorkload
{
    private static readonly EmbeddedFiles Static = new("Bookinfo/static");

    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        using var client = new BookinfoClient(context);
        var results = new RequestResults();
        var upstream = new BookUpstream(client, results);
        var pages = new ProductPages(context, upstream, context.Number("FLOOD_FACTOR", floodFactor));
        var api = new ProductApi(upstream);
        await DemoServer.ServeAsync(context, BookinfoDemo.Listen, Map, cancellationToken);
        return 0;

        void Map(WebApplication application)
        {
            application.MapGet("/", ProductPages.IndexAsync);
            application.MapGet("/index.html", ProductPages.IndexAsync);
            application.MapGet("/health", (HttpContext request) => request.Response.WriteTextAsync(200, "text/html; charset=utf-8", "Product page is healthy"));
            application.MapGet("/productpage", pages.ProductAsync);
            application.MapPost("/login", ProductSession.LoginAsync);
            application.MapGet("/logout", ProductSession.Logout);
            application.MapGet("/static/{**file}", (HttpContext request) => Static.SendAsync(request, (string?)request.Request.RouteValues["file"] ?? ""));
            application.MapGet("/metrics", (HttpContext request) => request.Response.WriteTextAsync(200, RequestResults.ContentType, results.Text()));
            application.MapGet("/api/v1/products", ProductApi.ProductsAsync);
            application.MapGet("/api/v1/products/{id:int}", api.DetailsAsync);
            application.MapGet("/api/v1/products/{id:int}/reviews", api.ReviewsAsync);
            application.MapGet("/api/v1/products/{id:int}/ratings", api.RatingsAsync);
        }
    }
}
