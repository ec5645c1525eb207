using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.Details;

/// <summary>Images <c>examples-bookinfo-details-{v1,v2}</c>: what is known about a book, fixed or from Google's book API.</summary>
/// <param name="externalBooks">What the image sets ENABLE_EXTERNAL_BOOK_SERVICE to; the pod may set it otherwise.</param>
internal sealed class DetailsService(bool externalBooks) : IDemoWorkload
{
    public async Task<int> RunAsync(DemoContext context, CancellationToken cancellationToken)
    {
        var external = context.Setting("ENABLE_EXTERNAL_BOOK_SERVICE", externalBooks ? "true" : "false") == "true";
        using var books = new GoogleBooks(context);
        var log = new DemoLog(context, "details.cs");
        await DemoServer.ServeAsync(context, BookinfoDemo.Listen, Map, cancellationToken);
        return 0;

        void Map(WebApplication application)
        {
            application.MapGet("/health", (HttpContext request) => request.Response.WriteHealthAsync(200, "Details is healthy"));
            application.MapGet("/details/{id}", DetailsAsync);
        }

        async Task DetailsAsync(HttpContext request)
        {
            if (!int.TryParse(request.Request.RouteValues["id"] as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                await request.Response.WriteErrorAsync(400, "please provide numeric product id");
                return;
            }

            try
            {
                var details = external ? await books.FindAsync(id, BookinfoHeaders.From(request.Request), request.RequestAborted) : Fixed(id);
                log.Information($"\"GET /details/{id} HTTP/1.1\" 200");
                await request.Response.WriteAsync(200, details, BookinfoJson.Default.BookDetails);
            }
            catch (BookServiceException error)
            {
                log.Error($"\"GET /details/{id} HTTP/1.1\" 400: {error.Message}");
                await request.Response.WriteErrorAsync(400, error.Message);
            }
        }
    }

    private static BookDetails Fixed(int id) => new()
    {
        Id = id,
        Author = "William Shakespeare",
        Year = 1595,
        Type = "paperback",
        Pages = 200,
        Publisher = "PublisherA",
        Language = "English",
        Isbn10 = "1234567890",
        Isbn13 = "123-1234567890",
    };
}
