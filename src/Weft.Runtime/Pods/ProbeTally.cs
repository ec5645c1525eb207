using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Pods;

/// <summary>
/// The verdict of a probe from its single results: changes only after as many equal results in a row as the probe's threshold
/// says. Kubernetes' defaults: 1 success, 3 failures.
/// </summary>
internal sealed class ProbeTally(Probe probe, bool initially)
{
    private int _inRow;
    private bool _last;

    public bool Verdict { get; private set; } = initially;

    /// <summary>Counts one result; true when it completes or prolongs a row of failures as long as the threshold.</summary>
    public bool Count(bool success)
    {
        if (success == _last && _inRow > 0)
            _inRow++;
        else
            (_last, _inRow) = (success, 1);
        var threshold = success ? Threshold(probe.SuccessThreshold, 1) : Threshold(probe.FailureThreshold, 3);
        if (_inRow >= threshold)
            Verdict = success;
        return !success && _inRow >= threshold;
    }

    private static int Threshold(int given, int usual) => given > 0 ? given : usual;
}
