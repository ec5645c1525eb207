using System.Globalization;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Retry.Priority.PreviousPriorities.V3;
using Microsoft.AspNetCore.WebUtilities;
using Weft.Istio.Networking;

namespace Weft.ControlPlane.Generation.Routes;

/// <summary>Istio's retries as Envoy's.</summary>
internal static class Retries
{
    private const string StatusCodes = "retriable-status-codes";

    /// <summary>Null when retries are switched off; Istio's defaults where nothing is asked.</summary>
    /// <param name="hashes">What a request is decides its endpoint: a retry may go there again.</param>
    public static RetryPolicy? Of(HttpRetry? source, bool hashes = false)
    {
        if (source is { Attempts: <= 0 })
        {
            return null;
        }

        var policy = DefaultRoutes.DefaultRetries();
        if (source?.RetryIgnorePreviousHosts is { } ignores ? !ignores : hashes)
        {
            policy.RetryHostPredicate.Clear();
        }

        if (source is null)
        {
            return policy;
        }

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

        if (source.RetryRemoteLocalities == true)
        {
            policy.RetryPriority = new() { Name = "envoy.retry_priorities.previous_priorities", TypedConfig = new PreviousPrioritiesConfig { UpdateFrequency = 2 }.Pack() };
        }

        return policy;
    }

    /// <summary>Numbers among the conditions are response codes, if HTTP has such a code.</summary>
    private static void SetConditions(RetryPolicy policy, string text)
    {
        var conditions = new List<string>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && ReasonPhrases.GetReasonPhrase((int)code).Length > 0)
            {
                policy.RetriableStatusCodes.Add(code);
            }
            else
            {
                conditions.Add(part);
            }
        }

        policy.RetryOn = string.Join(',', conditions);
        if (policy.RetriableStatusCodes.Count > 0 && !policy.RetryOn.Contains(StatusCodes, StringComparison.Ordinal))
        {
            // After nothing too, as istiod writes it: Envoy skips what is empty.
            policy.RetryOn += $",{StatusCodes}";
        }
    }
}
