using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Weft.Runtime.Commands.Curl;

/// <summary>Reads curl's command line: the options that are used against a mesh. Another one is refused as curl refuses an unknown one.</summary>
internal static class CurlArguments
{
    private static readonly CurlOption[] Known =
    [
        Flag("silent", 's', o => o with { Silent = true }),
        Flag("show-error", 'S', o => o with { ShowError = true }),
        Flag("verbose", 'v', o => o with { Verbose = true }),
        Flag("head", 'I', o => o with { Head = true }),
        Flag("include", 'i', o => o with { Include = true }),
        Flag("insecure", 'k', o => o with { Insecure = true }),
        Flag("location", 'L', o => o with { Follow = true }),
        Flag("fail", 'f', o => o with { Fail = true }),
        Flag("get", 'G', o => o with { Get = true }),
        Flag("http1.1", '\0', o => o with { Http = CurlHttp.Http11 }),
        Flag("http2", '\0', o => o),
        Flag("http2-prior-knowledge", '\0', o => o with { Http = CurlHttp.Http2PriorKnowledge }),
        Flag("ipv4", '4', o => o),
        Flag("no-buffer", 'N', o => o),
        Flag("no-progress-meter", '\0', o => o),
        Value("header", 'H', (o, value) => o with { Headers = o.Headers.Add(value) }),
        Value("request", 'X', (o, value) => o with { Method = value }),
        Value("data", 'd', Data),
        Value("data-ascii", '\0', Data),
        Value("data-binary", '\0', Data),
        Value("data-raw", '\0', (o, value) => o with { Data = o.Data.Add(value) }),
        Value("json", '\0', (o, value) => Data(o, value) with { Headers = o.Headers.Add("Content-Type: application/json").Add("Accept: application/json") }),
        Value("output", 'o', (o, value) => o with { Output = value }),
        Value("write-out", 'w', (o, value) => o with { WriteOut = value }),
        Value("user-agent", 'A', (o, value) => o with { UserAgent = value }),
        Value("user", 'u', (o, value) => o with { User = value }),
        Value("resolve", '\0', (o, value) => o with { Resolve = o.Resolve.Add(value) }),
        Value("connect-timeout", '\0', (o, value) => o with { ConnectTimeout = Seconds("connect-timeout", value) }),
        Value("max-time", 'm', (o, value) => o with { MaxTime = Seconds("max-time", value) }),
        Value("max-redirs", '\0', (o, value) => o with { MaxRedirects = (int)Seconds("max-redirs", value).TotalSeconds }),
        Value("url", '\0', (o, value) => o with { Urls = o.Urls.Add(value) }),
    ];

    private static readonly FrozenDictionary<string, CurlOption> Long = Known.ToFrozenDictionary(option => option.Name);
    private static readonly FrozenDictionary<char, CurlOption> Short = Known.Where(option => option.Letter != '\0').ToFrozenDictionary(option => option.Letter);

    /// <exception cref="CurlException">The command line is wrong; the message is curl's.</exception>
    public static CurlOptions Parse(ImmutableArray<string> arguments)
    {
        var options = new CurlOptions();
        var words = new Queue<string>(arguments);
        while (words.TryDequeue(out var word))
        {
            options = word switch
            {
                ['-', '-', ..] => TakeLong(options, word, words),
                ['-', _, ..] => TakeLetters(options, word, words),
                _ => options with { Urls = options.Urls.Add(word) },
            };
        }

        return options.Urls.IsEmpty ? throw Wrong("no URL specified") : options;
    }

    private static CurlOptions TakeLong(CurlOptions options, string word, Queue<string> rest) =>
        Long.TryGetValue(word[2..], out var option) ? option.Apply(options, option.TakesValue ? ValueOf(word, rest) : "") : throw Unknown(word);

    /// <summary>Letters may be joined (-sS); what follows one that takes a value is its value (-XPOST).</summary>
    private static CurlOptions TakeLetters(CurlOptions options, string word, Queue<string> rest)
    {
        for (var at = 1; at < word.Length; at++)
        {
            if (!Short.TryGetValue(word[at], out var option))
                throw Unknown($"-{word[at]}");
            if (option.TakesValue)
                return option.Apply(options, at + 1 < word.Length ? word[(at + 1)..] : ValueOf(word, rest));
            options = option.Apply(options, "");
        }

        return options;
    }

    private static string ValueOf(string word, Queue<string> rest) => rest.TryDequeue(out var value) ? value : throw Wrong($"option {word}: requires parameter");

    private static CurlOptions Data(CurlOptions options, string value) => value is ['@', ..] and not "@-"
        ? throw new CurlException(26, $"Failed to open {value[1..]}: there are no files in this container")
        : options with { Data = options.Data.Add(value) };

    private static TimeSpan Seconds(string option, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < int.MaxValue / 1000
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong($"option --{option}: expected a proper numerical parameter");

    private static CurlException Unknown(string option) => Wrong($"option {option}: is unknown");

    private static CurlException Wrong(string problem) => new(CurlException.Usage, $"{problem}\ncurl: try 'curl --help' or 'curl --manual' for more information");

    private static CurlOption Flag(string name, char letter, Func<CurlOptions, CurlOptions> apply) => new(name, letter, false, (options, _) => apply(options));

    private static CurlOption Value(string name, char letter, Func<CurlOptions, string, CurlOptions> apply) => new(name, letter, true, apply);

    private sealed record CurlOption(string Name, char Letter, bool TakesValue, Func<CurlOptions, string, CurlOptions> Apply);
}
