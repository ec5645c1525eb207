using Weft.Proxy.Clusters;
using Weft.Proxy.Stats;

namespace Weft.Proxy.OutlierDetection;

/// <summary>
/// Passive health checking of one cluster: endpoints that fail in a row are ejected at once, those that fail more than others at the end of an interval;
/// each for a time that grows with its ejections (Envoy's outlier detection). Safe for any thread.
/// </summary>
internal sealed class OutlierDetector(ClusterState state, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private ClusterModel? _cluster;
    private ITimer? _sweeps;

    /// <summary>Endpoints that are ejected now.</summary>
    public int Active => _cluster?.Endpoints.Count(endpoint => endpoint.State.IsEjected) ?? 0;

    public OutlierStats Stats { get; } = new();

    private OutlierDetectionModel? Model => Volatile.Read(ref _cluster)?.OutlierDetection;

    /// <summary>Takes the cluster's newest configuration and endpoints; null ends the detection.</summary>
    public void Follow(ClusterModel? cluster)
    {
        lock (_lock)
        {
            var before = _cluster?.OutlierDetection;
            _cluster = cluster;
            var model = cluster?.OutlierDetection;
            if (model is null)
            {
                _sweeps?.Dispose();
                _sweeps = null;
                ReturnAll(cluster);
            }
            else if (before?.Interval != model.Interval || _sweeps is null)
            {
                _sweeps?.Dispose();
                _sweeps = time.CreateTimer(static detector => ((OutlierDetector)detector!).Sweep(), this, model.Interval, model.Interval);
            }
        }
    }

    /// <summary>An answer arrived.</summary>
    /// <param name="grpcStatus">What decides instead of the HTTP status; null for what is no gRPC.</param>
    public void Report(EndpointState endpoint, int status, string? grpcStatus)
    {
        if (Model is not { } model)
        {
            return;
        }

        var code = grpcStatus is null ? status : HttpStatusOf(grpcStatus);
        lock (_lock)
        {
            endpoint.Monitor.ConsecutiveLocalOrigin = 0;
            Count(model, endpoint, code);
        }
    }

    /// <summary>A TCP connection was made, which is all that is known of its server.</summary>
    public void ReportConnected(EndpointState endpoint)
    {
        if (Model is not { } model)
        {
            return;
        }

        lock (_lock)
        {
            endpoint.Monitor.ConsecutiveLocalOrigin = 0;
            if (!model.SplitsLocalOrigin)
            {
                Count(model, endpoint, 200);
            }
        }
    }

    /// <summary>No answer arrived.</summary>
    public void Report(EndpointState endpoint, LocalOriginFailure failure)
    {
        if (Model is not { } model)
        {
            return;
        }

        lock (_lock)
        {
            if (!model.SplitsLocalOrigin)
            {
                Count(model, endpoint, failure == LocalOriginFailure.Timeout ? 504 : 503);
            }
            else if (++endpoint.Monitor.ConsecutiveLocalOrigin == model.ConsecutiveLocalOrigin.Threshold)
            {
                endpoint.Monitor.ConsecutiveLocalOrigin = 0;
                Detect(model, endpoint, model.ConsecutiveLocalOrigin.Enforcing, Stats.ConsecutiveLocalOrigin);
            }
        }
    }

    public void Dispose() => Follow(null);

    private void Count(OutlierDetectionModel model, EndpointState endpoint, int code)
    {
        var monitor = endpoint.Monitor;
        monitor.Answers++;
        if (code < 500)
        {
            monitor.Successes++;
            (monitor.Consecutive5xx, monitor.ConsecutiveGateway) = (0, 0);
            return;
        }

        monitor.ConsecutiveGateway = code is 502 or 503 or 504 ? monitor.ConsecutiveGateway + 1 : 0;
        if (monitor.ConsecutiveGateway > 0 && monitor.ConsecutiveGateway == model.ConsecutiveGateway.Threshold)
        {
            monitor.ConsecutiveGateway = 0;
            Detect(model, endpoint, model.ConsecutiveGateway.Enforcing, Stats.ConsecutiveGateway);
        }

        if (++monitor.Consecutive5xx == model.Consecutive5xx.Threshold)
        {
            monitor.Consecutive5xx = 0;
            Detect(model, endpoint, model.Consecutive5xx.Enforcing, Stats.Consecutive5xx);
        }
    }

    // A run that was noticed has begun again, whether or not it leads to an ejection.
    private void Detect(OutlierDetectionModel model, EndpointState endpoint, uint enforcing, OutlierCounters counters)
    {
        if (endpoint.IsEjected)
        {
            return;
        }

        counters.Detected.Increment();
        if (Random.Shared.Next(100) < enforcing)
        {
            TryEject(model, endpoint, counters);
        }
    }

    private void TryEject(OutlierDetectionModel model, EndpointState endpoint, OutlierCounters counters)
    {
        var all = Math.Max(1, _cluster!.Endpoints.Length);
        var active = Active;
        if (100.0 * (active + 1) / all > model.MaxEjectionPercent && !(model.AlwaysEjectsOne && active == 0))
        {
            Stats.Overflow.Increment();
            return;
        }

        var monitor = endpoint.Monitor;
        if (model.BaseEjectionTime * monitor.Ejections < model.MaxEjectionTime)
        {
            monitor.Ejections++;
        }

        monitor.Eject(time.GetTimestamp(), model.MaxEjectionJitter * Random.Shared.NextDouble());
        counters.Enforced.Increment();
        Stats.Enforced.Increment();
        state.HealthChanged();
    }

    private void Sweep()
    {
        lock (_lock)
        {
            if (_cluster is not { OutlierDetection: { } model } cluster)
            {
                return;
            }

            foreach (var endpoint in cluster.Endpoints)
            {
                ReturnIfServed(model, endpoint.State);
            }

            RateOutliers.Judge(model, cluster.Endpoints, Eject);
            foreach (var endpoint in cluster.Endpoints)
            {
                (endpoint.State.Monitor.Answers, endpoint.State.Monitor.Successes) = (0, 0);
            }
        }

        void Eject(EndpointState endpoint, uint enforcing, bool bySuccessRate) =>
            Detect(Model!, endpoint, enforcing, bySuccessRate ? Stats.SuccessRate : Stats.FailurePercentage);
    }

    private void ReturnIfServed(OutlierDetectionModel model, EndpointState endpoint)
    {
        var monitor = endpoint.Monitor;
        if (!monitor.IsEjected)
        {
            monitor.Ejections = Math.Max(0, monitor.Ejections - 1);
            return;
        }

        var due = TimeSpan.FromTicks(Math.Min((model.BaseEjectionTime * monitor.Ejections).Ticks, model.MaxEjectionTime.Ticks)) + monitor.Jitter;
        if (time.GetElapsedTime(monitor.EjectedAt) >= due)
        {
            Return(endpoint);
        }
    }

    private void ReturnAll(ClusterModel? cluster)
    {
        foreach (var endpoint in cluster?.Endpoints ?? [])
        {
            if (endpoint.State.IsEjected)
            {
                Return(endpoint.State);
            }
        }
    }

    private void Return(EndpointState endpoint)
    {
        endpoint.Monitor.Return();
        endpoint.Rejuvenate();
        state.HealthChanged();
    }

    // Envoy Grpc::Utility::grpcToHttpStatus for the statuses that are failures of a server.
    private static int HttpStatusOf(string grpcStatus) => grpcStatus switch
    {
        "4" => 504,
        "12" => 501,
        "14" => 503,
        "2" or "13" or "15" => 500,
        _ => 200,
    };
}

/// <summary>cluster.NAME.outlier_detection.* of Envoy.</summary>
internal sealed class OutlierStats
{
    public OutlierCounters Consecutive5xx { get; } = new();

    public OutlierCounters ConsecutiveGateway { get; } = new();

    public OutlierCounters ConsecutiveLocalOrigin { get; } = new();

    public OutlierCounters SuccessRate { get; } = new();

    public OutlierCounters FailurePercentage { get; } = new();

    public Counter Enforced { get; } = new();

    /// <summary>Ejections that max_ejection_percent did not allow.</summary>
    public Counter Overflow { get; } = new();

    /// <summary>By Envoy's names.</summary>
    public IEnumerable<(string Name, long Value)> All =>
    [
        ("ejections_enforced_total", Enforced.Value),
        ("ejections_overflow", Overflow.Value),
        .. Of("consecutive_5xx", Consecutive5xx),
        .. Of("consecutive_gateway_failure", ConsecutiveGateway),
        .. Of("consecutive_local_origin_failure", ConsecutiveLocalOrigin),
        .. Of("success_rate", SuccessRate),
        .. Of("failure_percentage", FailurePercentage),
    ];

    private static (string Name, long Value)[] Of(string kind, OutlierCounters counters) =>
        [($"ejections_detected_{kind}", counters.Detected.Value), ($"ejections_enforced_{kind}", counters.Enforced.Value)];
}

/// <summary>Outliers of one kind: seen, and ejected.</summary>
internal sealed class OutlierCounters
{
    public Counter Detected { get; } = new();

    public Counter Enforced { get; } = new();
}
