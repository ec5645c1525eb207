using Weft.Observability.Metrics;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Api.Recordings;

/// <summary>The API over the recorded cluster and Debian's Prometheus, which has the recorded samples in place of the embedded store.</summary>
public sealed class DebianWorld : RecordedWorld
{
    private PrometheusProcess? _prometheus;

    public override async ValueTask InitializeAsync()
    {
        _prometheus = await PrometheusProcess.StartAsync(RecordedSeries.Samples().Select(sample => PrometheusProcess.Line(sample.Labels, sample.Time, sample.Value)));
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_prometheus is not null)
        {
            await _prometheus.DisposeAsync();
        }
    }

    protected override PrometheusClientOptions MetricsOptions(Uri endpoint) => new() { Endpoint = _prometheus!.Address }; // Started before the rest.
}
