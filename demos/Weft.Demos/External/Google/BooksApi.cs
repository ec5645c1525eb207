using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.External.Google;

/// <summary>
/// The part of www.googleapis.com that Bookinfo asks: one book by its ISBN. Callers without a key share a small quota:
/// one call in 20 seconds is always answered, one in 2 seconds soon is not.
/// </summary>
internal sealed class BooksApi(TimeProvider time) : IExternalSite
{
    private const int QuotaBurst = 4;
    private static readonly TimeSpan QuotaPeriod = TimeSpan.FromSeconds(5);

    private const string Book = """
        {
          "kind": "books#volumes",
          "totalItems": 1,
          "items": [
            {
              "kind": "books#volume",
              "volumeInfo": {
                "title": "The Comedy of Errors",
                "authors": ["William Shakespeare"],
                "publisher": "Dover Publications",
                "publishedDate": "2002",
                "industryIdentifiers": [
                  { "type": "ISBN_10", "identifier": "0486424618" },
                  { "type": "ISBN_13", "identifier": "9780486424613" }
                ],
                "pageCount": 64,
                "printType": "BOOK",
                "language": "en"
              }
            }
          ]
        }

        """;

    private const string NoBook = """
        {
          "kind": "books#volumes",
          "totalItems": 0
        }

        """;

    private readonly Quota _quota = new(time, QuotaBurst, QuotaPeriod);

    public void Map(WebApplication application) => application.MapGet("/books/v1/volumes", AnswerAsync);

    private Task AnswerAsync(HttpContext request)
    {
        if (!request.Request.IsHttps)
        {
            return ErrorAsync(request, 403, "this API is open to HTTPS only", "PERMISSION_DENIED");
        }

        if (!_quota.TryTake())
        {
            return ErrorAsync(request, 429, "the quota of calls without a key is used up", "RESOURCE_EXHAUSTED");
        }

        var isOurs = request.Request.Query["q"].ToString() is "isbn:0486424618" or "isbn:9780486424613";
        return request.Response.WriteTextAsync(200, "application/json; charset=UTF-8", isOurs ? Book : NoBook);
    }

    private static Task ErrorAsync(HttpContext request, int code, string message, string status) =>
        request.Response.WriteTextAsync(code, "application/json; charset=UTF-8", $$"""{"error": {"code": {{code}}, "message": "{{message}}", "status": "{{status}}" } }""" + "\n");
}
