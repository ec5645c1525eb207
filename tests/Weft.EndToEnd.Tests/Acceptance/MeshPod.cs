using System.Net;

namespace Weft.EndToEnd.Acceptance;

/// <summary>A pod with a sidecar: calls go out as its application's would, by the sidecar's outbound listener, and its proxy's counters are read.</summary>
public sealed class MeshPod(string @namespace, string name, string address)
{
    public string Namespace => @namespace;

    public string Name => name;

    public string Address => address;

    /// <summary>Calls a host of the mesh as the pod's application does; the answer's body is read.</summary>
    public async Task<Answer> GetAsync(string url, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        return await Visitor.AnswerAsync(client, new Uri(url), headers);
    }

    /// <summary>The same call many times, a few at once.</summary>
    public async Task<IReadOnlyList<Answer>> GetManyAsync(int count, string url, int atOnce = 8, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        using var places = new SemaphoreSlim(atOnce);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await places.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                return await Visitor.AnswerAsync(client, new Uri(url), headers);
            }
            finally
            {
                places.Release();
            }
        }));
    }

    /// <summary>What the pod's proxy has counted so far.</summary>
    public async Task<ProxyMetrics> MetricsAsync()
    {
        using var client = new HttpClient();
        return ProxyMetrics.Parse(await client.GetStringAsync(new Uri($"http://{address}:15090/stats/prometheus"), TestContext.Current.CancellationToken));
    }

    /// <summary>The same once they fit: a request is counted when it has ended, which its caller may know a moment earlier.</summary>
    public Task<ProxyMetrics> MetricsAsync(Func<ProxyMetrics, bool> fits) => Eventually.Async(MetricsAsync, fits, TestContext.Current.CancellationToken);

    /// <summary>The same once a quarter of a second has added no request to those it sent, or as a destination was sent: what was asked before is counted.</summary>
    public async Task<ProxyMetrics> AtRestAsync(string reporter = "source")
    {
        double Requests(ProxyMetrics? metrics) => metrics?.Sum("istio_requests_total", ("reporter", reporter)) ?? -1;
        ProxyMetrics? last = null;
        return await MetricsAsync(now =>
        {
            var isAtRest = Requests(now) == Requests(last);
            last = now;
            return isAtRest;
        });
    }

    public override string ToString() => $"{name}.{@namespace}";

    private HttpClient Client() => new(new SocketsHttpHandler { Proxy = new WebProxy($"http://{address}:15001"), UseProxy = true }) { Timeout = TimeSpan.FromSeconds(60) };
}
