using Envoy.Config.Core.V3;
using Weft.Proxy.Clusters;
using Weft.Proxy.Subscriptions;
using SlowStartConfig = Envoy.Config.Cluster.V3.Cluster.Types.SlowStartConfig;

namespace Weft.Proxy.LoadBalancing;

/// <summary>New endpoints get their share of traffic by and by (Cluster.SlowStartConfig; Istio's warmup).</summary>
/// <param name="Window">From the endpoint's appearance, or its return from ejection, to its whole weight.</param>
/// <param name="Aggression">1 is linear; more is steeper at the start.</param>
/// <param name="MinShare">The least share of the weight, 0 to 1.</param>
internal sealed record SlowStart(TimeSpan Window, double Aggression, double MinShare)
{
    /// <returns>Null when there is no window.</returns>
    /// <exception cref="ResourceRejectedException">An aggression that is not positive.</exception>
    public static SlowStart? Compile(SlowStartConfig? config)
    {
        if (config?.SlowStartWindow is null)
        {
            return null;
        }

        var aggression = Default(config.Aggression, 1);
        return aggression > 0
            ? new SlowStart(config.SlowStartWindow.ToTimeSpan(), aggression, (config.MinWeightPercent?.Value ?? 10) / 100)
            : throw new ResourceRejectedException($"slow_start_config.aggression must be greater than 0, and is {aggression}");
    }

    /// <summary>The share of its weight that an endpoint has now.</summary>
    public double ShareOf(EndpointState endpoint)
    {
        var time = endpoint.Age / Window;
        return time >= 1 ? 1 : Math.Max(MinShare, Math.Pow(Math.Max(time, 0.000_001), 1 / Aggression));
    }

    public static double Default(RuntimeDouble? value, double absent) => value?.DefaultValue ?? absent;
}
