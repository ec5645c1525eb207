using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo.Details;

/// <summary>The book service gave no usable answer.</summary>
internal sealed class BookServiceException(string message) : Exception(message);

/// <summary>Asks Google's book API for one fixed ISBN, encrypted, or in the clear where a sidecar is to encrypt (DO_NOT_ENCRYPT).</summary>
internal sealed class GoogleBooks(DemoContext context) : IDisposable
{
    private const string Isbn = "0486424618";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = DemoHttpClient.CreateUnpooled(context);
    private readonly string _url = $"{(context.Setting("DO_NOT_ENCRYPT") == "true" ? "http" : "https")}://www.googleapis.com/books/v1/volumes?q=isbn:{Isbn}";

    /// <exception cref="BookServiceException">The service cannot be reached, refuses, or knows no such book.</exception>
    public async Task<BookDetails> FindAsync(int id, BookinfoHeaders headers, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var call = new HttpRequestMessage(HttpMethod.Get, _url);
            headers.Apply(call);
            using var answer = await _http.SendAsync(call, either.Token);
            if (!answer.IsSuccessStatusCode)
            {
                throw new BookServiceException($"the book service answers {(int)answer.StatusCode}");
            }

            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(either.Token));
            return Details(id, body?["items"]?[0]?["volumeInfo"] as JsonObject ?? throw new BookServiceException($"the book service knows no ISBN {Isbn}"));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new BookServiceException($"book service: {error.Message}");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BookServiceException($"the book service gives no answer within {Limit.TotalSeconds} s");
        }
    }

    public void Dispose() => _http.Dispose();

    private static BookDetails Details(int id, JsonObject volume) => new()
    {
        Id = id,
        Author = (string?)volume["authors"]?[0] ?? "unknown",
        Year = Year((string?)volume["publishedDate"]),
        Type = (string?)volume["printType"] == "BOOK" ? "paperback" : "unknown",
        Pages = (int?)volume["pageCount"] ?? 0,
        Publisher = (string?)volume["publisher"] ?? "unknown",
        Language = (string?)volume["language"] == "en" ? "English" : "unknown",
        Isbn10 = Identifier(volume, "ISBN_10"),
        Isbn13 = Identifier(volume, "ISBN_13"),
    };

    /// <summary>Google gives a year or a date that begins with it.</summary>
    private static int Year(string? date) =>
        date is { Length: >= 4 } && int.TryParse(date.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) ? year : 0;

    private static string Identifier(JsonObject volume, string type) =>
        (string?)(volume["industryIdentifiers"] as JsonArray ?? []).FirstOrDefault(each => (string?)each?["type"] == type)?["identifier"] ?? "";
}
