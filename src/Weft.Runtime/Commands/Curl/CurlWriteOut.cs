using System.Globalization;
using System.Text;

namespace Weft.Runtime.Commands.Curl;

/// <summary>What became of a transfer, for <c>-w</c>. Times count from the beginning of the call.</summary>
internal sealed record CurlResult
{
    public required string Url { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>0 when there was no answer.</summary>
    public int Status { get; init; }

    public Version HttpVersion { get; init; } = new(0, 0);

    public string ContentType { get; init; } = "";

    public string RedirectUrl { get; init; } = "";

    public long Downloaded { get; init; }

    public int Redirects { get; init; }

    public TimeSpan Connected { get; init; }

    public TimeSpan FirstByte { get; init; }

    public TimeSpan Total { get; init; }

    public int ExitCode { get; init; }
}

/// <summary>The format of <c>-w</c>: <c>%{variable}</c>, <c>%%</c>, <c>\n</c>, <c>\r</c>, <c>\t</c>. A variable that is not known gives nothing, as in curl.</summary>
internal static class CurlWriteOut
{
    public static string Format(string format, CurlResult result)
    {
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            var rest = format.AsSpan(at);
            if (rest.StartsWith("%{") && rest.IndexOf('}') is > 0 and var end)
            {
                text.Append(Value(rest[2..end].ToString(), result));
                at += end;
            }
            else if (rest is ['%', '%', ..] or ['\\', 'n' or 'r' or 't', ..])
            {
                text.Append(rest[1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var same => same });
                at++;
            }
            else
            {
                text.Append(format[at]);
            }
        }

        return text.ToString();
    }

    private static string Value(string variable, CurlResult result) => variable switch
    {
        "http_code" or "response_code" => result.Status.ToString("000", CultureInfo.InvariantCulture),
        "http_version" => result.HttpVersion.Major == 0 ? "0" : result.HttpVersion.Major == 1 ? result.HttpVersion.ToString() : result.HttpVersion.Major.ToString(CultureInfo.InvariantCulture),
        "content_type" => result.ContentType,
        "redirect_url" => result.RedirectUrl,
        "num_redirects" => result.Redirects.ToString(CultureInfo.InvariantCulture),
        "size_download" => result.Downloaded.ToString(CultureInfo.InvariantCulture),
        "time_namelookup" or "time_connect" or "time_appconnect" or "time_pretransfer" => Seconds(result.Connected),
        "time_starttransfer" => Seconds(result.FirstByte),
        "time_total" => Seconds(result.Total),
        "url" or "url_effective" => result.Url,
        "method" => result.Method,
        "scheme" => result.Url.Split(':')[0],
        "exitcode" => result.ExitCode.ToString(CultureInfo.InvariantCulture),
        _ => "",
    };

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
