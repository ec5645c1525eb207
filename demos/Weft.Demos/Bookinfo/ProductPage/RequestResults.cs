using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Weft.Demos.Bookinfo.ProductPage;

/// <summary>The product page's own metric: results of its calls by destination and code.</summary>
internal sealed class RequestResults
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<(string Destination, int Code), long> _counts = new();

    public void Count(string destination, int code) => _counts.AddOrUpdate((destination, code), 1, static (_, count) => count + 1);

    /// <summary>In Prometheus' text format.</summary>
    public string Text()
    {
        var text = new StringBuilder("# HELP request_result_total Results of requests\n# TYPE request_result_total counter\n");
        foreach (var ((destination, code), count) in _counts.OrderBy(each => each.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"request_result_total{{destination_app=\"{destination}\",response_code=\"{code}\"}} {count}\n");
        }

        return text.ToString();
    }
}
