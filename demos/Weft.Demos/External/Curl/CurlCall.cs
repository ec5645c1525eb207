namespace Weft.Demos.External.Curl;

/// <summary>What curl is to do, of its options the ones that demos use.</summary>
internal sealed record CurlCall(Uri Url)
{
    public string Method { get; init; } = "GET";

    public bool IsVerbose { get; init; }

    public bool ShowsHeaders { get; init; }

    public bool ShowsBody { get; init; } = true;

    public string? Body { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <exception cref="CurlScriptException">An option is not known, or there is no URL.</exception>
    public static CurlCall Parse(IReadOnlyList<string> words)
    {
        var call = new CurlCall(new Uri("http://localhost"));
        string? url = null;
        string? method = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is not ['-', _, ..])
            {
                url = url is null ? words[i] : throw new CurlScriptException("curl: more than one URL");
                continue;
            }

            foreach (var option in Options(words[i]))
            {
                call = option switch
                {
                    "v" or "verbose" => call with { IsVerbose = true },
                    "s" or "S" or "silent" or "show-error" => call,
                    "i" or "include" => call with { ShowsHeaders = true },
                    "I" or "head" => call with { Method = "HEAD", ShowsHeaders = true },
                    "X" or "request" => With(call, method = Next(words, ref i)),
                    "H" or "header" => call with { Headers = [.. call.Headers, Header(Next(words, ref i))] },
                    "d" or "data" => call with { Body = Next(words, ref i), Method = "POST" },
                    "o" or "output" => call with { ShowsBody = Next(words, ref i) == "/dev/null" ? false : throw new CurlScriptException("curl: writes to /dev/null only") },
                    _ => throw new CurlScriptException($"curl: option {words[i]}: is unknown"),
                };
            }
        }

        return call with { Url = Absolute(url), Method = method ?? call.Method };
    }

    private static CurlCall With(CurlCall call, string method) => call with { Method = method };

    private static IEnumerable<string> Options(string word) =>
        word.StartsWith("--", StringComparison.Ordinal) ? [word[2..]] : word.Skip(1).Select(letter => letter.ToString());

    private static string Next(IReadOnlyList<string> words, ref int i) =>
        ++i < words.Count ? words[i] : throw new CurlScriptException($"curl: option {words[i - 1]}: requires parameter");

    private static (string Name, string Value) Header(string text) =>
        text.Split(':', 2) is [var name, var value] ? (name.Trim(), value.Trim()) : throw new CurlScriptException($"curl: '{text}' is no header");

    private static Uri Absolute(string? url) =>
        Uri.TryCreate(url is null || url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url, UriKind.Absolute, out var absolute)
        && (absolute.Scheme is "http" or "https")
            ? absolute
            : throw new CurlScriptException("curl: no URL specified");
}
