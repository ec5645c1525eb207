using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>The product page's JSON endpoints: the one product, and what the other services say about it, with their status.</summary>
internal sealed class ProductApi(BookUpstream upstream)
{
    public static IReadOnlyList<Product> Products { get; } =
    [
        new(
            0,
            "The Comedy of Errors",
            """<a href="https://en.wikipedia.org/wiki/The_Comedy_of_Errors">The Comedy of Errors</a> is an early and short play by <b>William Shakespeare</b>: two pairs of twins, parted as babies, meet in one town and are taken for each other all day."""),
    ];

    public static Task ProductsAsync(HttpContext request) => request.Response.WriteAsync(200, Products, BookinfoJson.Default.IReadOnlyListProduct);

    public Task DetailsAsync(HttpContext request) => AnswerAsync(request, upstream.DetailsAsync);

    public Task ReviewsAsync(HttpContext request) => AnswerAsync(request, upstream.ReviewsAsync);

    public Task RatingsAsync(HttpContext request) => AnswerAsync(request, upstream.RatingsAsync);

    private static async Task AnswerAsync(HttpContext request, Func<int, BookinfoHeaders, CancellationToken, Task<BookinfoAnswer>> call)
    {
        var id = int.Parse((string)request.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);
        var answer = await call(id, BookinfoHeaders.FromVisitor(request.Request, ProductSession.User(request.Request)), request.RequestAborted);
        await request.Response.WriteTextAsync(answer.Status, "application/json", answer.Body.ToJsonString());
    }
}
