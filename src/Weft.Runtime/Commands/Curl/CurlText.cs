using System.Text;

namespace Weft.Runtime.Commands.Curl;

/// <summary>
/// Heads of requests and answers as curl prints them. Header names are in lower case, as every proxy of a mesh sends them: the framework does not keep their spelling.
/// </summary>
internal static class CurlText
{
    public static string Request(HttpRequestMessage request)
    {
        var text = new StringBuilder($"*   Trying {request.RequestUri!.Host}:{request.RequestUri.Port}...\n> ").Append(request.Method.Method).Append(' ').Append(request.RequestUri.PathAndQuery) // Set when it was made.
            .Append(request.Version.Major == 2 && request.VersionPolicy == HttpVersionPolicy.RequestVersionExact ? " HTTP/2" : " HTTP/1.1").Append('\n');
        if (request.Headers.Host is null)
            text.Append("> host: ").Append(request.RequestUri.Authority).Append('\n');
        Headers(text, "> ", request.Headers);
        if (request.Content is { } content)
            Headers(text, "> ", content.Headers);
        return text.Append("> \n").ToString();
    }

    public static string Answer(HttpResponseMessage answer, string mark)
    {
        var text = new StringBuilder(mark).Append(answer.Version.Major == 1 ? $"HTTP/{answer.Version}" : $"HTTP/{answer.Version.Major}")
            .Append(' ').Append((int)answer.StatusCode).Append(' ').Append(answer.Version.Major == 1 ? answer.ReasonPhrase : "").Append("\r\n");
        Headers(text, mark, answer.Headers, "\r\n");
        Headers(text, mark, answer.Content.Headers, "\r\n");
        return text.Append(mark).Append("\r\n").ToString();
    }

    private static void Headers(StringBuilder text, string mark, System.Net.Http.Headers.HttpHeaders headers, string end = "\n")
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
                text.Append(mark).Append(name.ToLowerInvariant()).Append(": ").Append(value).Append(end);
        }
    }
}
