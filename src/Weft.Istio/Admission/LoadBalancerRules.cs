using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>The load balancer of a traffic policy.</summary>
internal static class LoadBalancerRules
{
    private const int LargestTable = 5_000_011;

    public static Findings Check(Spec settings, bool hasOutlierDetection)
    {
        var findings = new Findings();
        if (!settings.Exists)
        {
            return findings;
        }

        CheckHash(settings.Message("consistentHash"), findings);
        findings.Add(LocalityRules.Check(settings.Message("localityLbSetting"), hasOutlierDetection));
        CheckWarmup(settings.Message("warmup"), findings);
        return findings;
    }

    private static void CheckHash(Spec hash, Findings findings)
    {
        if (!hash.Exists)
        {
            return;
        }

        var cookie = hash.Message("httpCookie");
        findings.ErrorIf(cookie.Exists && cookie.Text("name").Length == 0, "name required for HttpCookie");
        var maglev = hash.Message("maglev");
        if (hash.Number("minimumRingSize") != 0)
        {
            findings.Warning("consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead");
            findings.ErrorIf(maglev.Exists || hash.Message("ringHash").Exists, "only one of MinimumRingSize or Maglev/Ringhash can be specified");
        }

        if (maglev.Exists)
        {
            var size = (long)maglev.Number("tableSize");
            findings.ErrorIf(size == 0, "tableSize must be set for maglev");
            findings.ErrorIf(size >= LargestTable, "tableSize must be less than 5000011 for maglev");
            findings.ErrorIf(!IsPrime(size), "tableSize must be a prime number for maglev");
        }
    }

    private static void CheckWarmup(Spec warmup, Findings findings)
    {
        if (!warmup.Exists)
        {
            return;
        }

        findings.Error(warmup.Has("duration") ? Values.Duration(warmup.Duration("duration")) : "duration is required");
        findings.ErrorIf(warmup.Number("minimumPercent") > 100, "minimumPercent value should be less than or equal to 100");
        findings.ErrorIf(warmup.Has("aggression") && warmup.Number("aggression") < 1, "aggression should be greater than or equal to 1");
    }

    /// <summary>As Envoy counts: 1 among the primes.</summary>
    private static bool IsPrime(long number)
    {
        if (number is > 0 and < 4)
        {
            return true;
        }

        if (number % 2 == 0)
        {
            return false;
        }

        for (var factor = 3L; factor * factor <= number; factor += 2)
        {
            if (number % factor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
