using Microsoft.AspNetCore.Http;
using Weft.Demos.Hosting;

namespace Weft.Demos.Bookinfo;

/// <summary>The answers that all Bookinfo services give in the same shape.</summary>
internal static class BookinfoAnswers
{
    public static Task WriteErrorAsync(this HttpResponse response, int status, string error) =>
        response.WriteAsync(status, new BookinfoError(error), BookinfoJson.Default.BookinfoError);

    public static Task WriteHealthAsync(this HttpResponse response, int status, string text) =>
        response.WriteAsync(status, new BookinfoHealth(text), BookinfoJson.Default.BookinfoHealth);
}
