using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Routes;

internal static class Retries
{
    private const string StatusCodes = "retriable-status-codes";

    /// <summary>Null when retries are switched off; Istio's defaults where nothing is asked.</summary>
    public static RetryPolicy? Of(HttpRetry? source)
    {
        if (source is null)
        {
            return DefaultRoutes.DefaultRetries();
        }

        if (source.Attempts <= 0)
        {
            return null;
        }

        var policy = DefaultRoutes.DefaultRetries();
        policy.NumRetries = (uint)source.Attempts;
        if (!string.IsNullOrEmpty(source.RetryOn))
        {
            SetConditions(policy, source.RetryOn);
        }

        if (source.PerTryTimeout is { } limit)
        {
            policy.PerTryTimeout = limit.ToDuration();
        }

        if (source.Backoff is { } backoff)
        {
            policy.RetryBackOff = new() { BaseInterval = backoff.ToDuration() };
        }

        if (source.RetryIgnorePreviousHosts == false)
        {
            policy.RetryHostPredicate.Clear();
        }

        if (source.RetryRemoteLocalities == true)
        {
            policy.RetryPriority = new() { Name = "envoy.retry_priorities.previous_priorities", TypedConfig = new PreviousPrioritiesConfig { UpdateFrequency = 2 }.Pack() };
        }

        return policy;
    }

    /// <summary>Numbers among the conditions are response codes.</summary>
    private static void SetConditions(RetryPolicy policy, string text)
    {
        var conditions = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 599)
            {
                policy.RetriableStatusCodes.Add(code);
            }
            else
            {
                conditions.Add(part);
            }
        }

        if (policy.RetriableStatusCodes.Count > 0 && !conditions.Contains(StatusCodes))
        {
            conditions.Add(StatusCodes);
        }

        policy.RetryOn = string.Join(',', conditions);
    }
}
