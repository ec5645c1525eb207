using System.Collections.Immutable;
using Weft.Proxy.Clusters;

namespace Weft.Proxy.OutlierDetection;

/// <summary>Finds endpoints that failed more than the others within an interval: by success rate, and by a fixed percentage.</summary>
internal static class RateOutliers
{
    /// <param name="eject">Called with the endpoint, the percentage enforced, and whether the success rate told.</param>
    public static void Judge(OutlierDetectionModel model, ImmutableArray<EndpointModel> endpoints, Action<EndpointState, uint, bool> eject)
    {
        var present = endpoints.Select(endpoint => endpoint.State).Where(endpoint => !endpoint.IsEjected).ToList();
        BySuccessRate(model.SuccessRate, present, eject);
        ByFailurePercentage(model.FailurePercentage, present, eject);
    }

    private static void BySuccessRate(SuccessRateRule rule, List<EndpointState> present, Action<EndpointState, uint, bool> eject)
    {
        var judged = present.Where(endpoint => endpoint.Monitor.Answers >= rule.RequestVolume).ToList();
        if (rule.Enforcing == 0 || judged.Count == 0 || judged.Count < rule.MinHosts)
        {
            return;
        }

        var mean = judged.Average(Rate);
        var deviation = Math.Sqrt(judged.Average(endpoint => Math.Pow(Rate(endpoint) - mean, 2)));
        var least = mean - (rule.StdevFactor * deviation);
        foreach (var endpoint in judged.Where(endpoint => Rate(endpoint) < least))
        {
            eject(endpoint, rule.Enforcing, true);
        }
    }

    private static void ByFailurePercentage(FailurePercentageRule rule, List<EndpointState> present, Action<EndpointState, uint, bool> eject)
    {
        var judged = present.Where(endpoint => endpoint.Monitor.Answers >= rule.RequestVolume).ToList();
        if (rule.Enforcing == 0 || judged.Count == 0 || judged.Count < rule.MinHosts)
        {
            return;
        }

        foreach (var endpoint in judged.Where(endpoint => 100 - Rate(endpoint) >= rule.Threshold))
        {
            eject(endpoint, rule.Enforcing, false);
        }
    }

    private static double Rate(EndpointState endpoint) => endpoint.Monitor.Answers == 0 ? 100 : 100.0 * endpoint.Monitor.Successes / endpoint.Monitor.Answers;
}
