using Weft.Proxy.Forwarding;
using Weft.Proxy.Stats;

namespace Weft.Proxy.Filters.Http;

/// <summary>Tells istio.stats of the messages of one gRPC stream: now and then while it goes on, and at its end.</summary>
/// <param name="series">Where they count, by what is known now.</param>
internal sealed class MessageReport(HttpExchange exchange, Func<HttpExchange, MessageSeries> series) : IDisposable
{
    private readonly Lock _reporting = new();
    private MessageSeries? _series;
    private ITimer? _timer;
    private long _requests;
    private long _responses;

    public void Start(TimeSpan interval) =>
        _timer = exchange.Proxy.Time.CreateTimer(static report => ((MessageReport)report!).ReportProgress(), this, interval, interval);

    /// <summary>Brings the counters up to date. The series is fixed at the first report.</summary>
    public void Report()
    {
        lock (_reporting)
        {
            _series ??= series(exchange);
            var (requests, responses) = (exchange.RequestMessages?.Messages ?? 0, exchange.ResponseMessages?.Messages ?? 0);
            _series.Requests.Add(requests - _requests);
            _series.Responses.Add(responses - _responses);
            (_requests, _responses) = (requests, responses);
        }
    }

    public void Dispose() => _timer?.Dispose();

    // Who the peer is, is known with the response's head.
    private void ReportProgress()
    {
        if (exchange.Peer is not null || exchange.Timing.ResponseBegun is not null)
        {
            Report();
        }
    }
}
