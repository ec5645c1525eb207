namespace Weft.Kubernetes.Watching;

/// <summary>Waits that double from failure to failure, each shortened by up to a half at random so that clients do not come back together.</summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest, TimeProvider time)
{
    private TimeSpan? _next;

    public void Reset() => _next = null;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = _next ?? first;
        _next = wait * 2 < longest ? wait * 2 : longest;
        return Task.Delay(wait * (1 - (Random.Shared.NextDouble() / 2)), time, cancellationToken);
    }
}
