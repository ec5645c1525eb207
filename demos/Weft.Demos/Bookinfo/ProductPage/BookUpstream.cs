using System.Text.Json.Nodes;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>The product page's calls to the other services. A failure is an answer as well: its status, 500 where there was none, and a text for readers.</summary>
internal sealed class BookUpstream(BookinfoClient client, RequestResults results)
{
    private const int ReviewsAttempts = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public Task<BookinfoAnswer> DetailsAsync(int id, BookinfoHeaders headers, CancellationToken cancellationToken) =>
        CallAsync("details", "product details", id, headers, cancellationToken);

    /// <summary>Tried twice, which is the demo's planted bug: with slow ratings the page takes twice its limit.</summary>
    public async Task<BookinfoAnswer> ReviewsAsync(int id, BookinfoHeaders headers, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await CallAsync("reviews", "product reviews", id, headers, cancellationToken);
            if (answer.Status == 200 || attempt == ReviewsAttempts)
            {
                return answer;
            }
        }
    }

    public Task<BookinfoAnswer> RatingsAsync(int id, BookinfoHeaders headers, CancellationToken cancellationToken) =>
        CallAsync("ratings", "product ratings", id, headers, cancellationToken);

    private async Task<BookinfoAnswer> CallAsync(string service, string what, int id, BookinfoHeaders headers, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync($"{client.BaseOf(service)}/{service}/{id}", headers, Limit, cancellationToken);
        var status = answer?.Status ?? 500;
        results.Count(service, status);
        return answer is { Status: 200 }
            ? answer
            : new BookinfoAnswer(status, new JsonObject { ["error"] = $"Sorry, {what} are currently unavailable for this book." });
    }
}
