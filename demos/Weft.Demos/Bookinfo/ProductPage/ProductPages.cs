using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>The pages that people see.</summary>
internal sealed class ProductPages(DemoContext context, BookUpstream upstream, int floodFactor)
{
    private const string Html = "text/html; charset=utf-8";
    private const int ProductId = 0;

    public static Task IndexAsync(HttpContext request) => request.Response.WriteTextAsync(200, Html, ProductHtml.Index());

    /// <summary>Answers 200 whatever the services behind it do; what they cannot tell is replaced by a text that says so.</summary>
    public async Task ProductAsync(HttpContext request)
    {
        var user = ProductSession.User(request.Request);
        var headers = BookinfoHeaders.FromVisitor(request.Request, user);
        var flood = FloodAsync(headers, request.RequestAborted);
        var details = await upstream.DetailsAsync(ProductId, headers, request.RequestAborted);
        var reviews = await upstream.ReviewsAsync(ProductId, headers, request.RequestAborted);
        context.Log($"GET /productpage: details {details.Status}, reviews {reviews.Status}");
        await request.Response.WriteTextAsync(200, Html, ProductHtml.Page(ProductApi.Products[ProductId], details, reviews, user));
        await flood;
    }

    /// <summary>The flavour that floods asks for the reviews many times more than it needs them.</summary>
    private Task<BookinfoAnswer[]> FloodAsync(BookinfoHeaders headers, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Math.Clamp(floodFactor, 0, 1000)).Select(_ => upstream.ReviewsAsync(ProductId, headers, cancellationToken)));
}
