namespace Weft.Observability.Metrics.PromQL;

/// <summary>What one query may still use. Asked often, so that a query ends soon after it is cancelled.</summary>
internal sealed class QueryBudget(long maxSamples, CancellationToken cancellation)
{
    private long _samples;

    public void Take(long samples)
    {
        cancellation.ThrowIfCancellationRequested();
        _samples += samples;
        if (_samples > maxSamples)
            throw new PromQLExecutionException(PromQLFailure.Execution, "query processing would load too many samples into memory in query execution");
    }
}
