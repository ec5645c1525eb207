using System.Collections.Immutable;
using Weft.Observability.Traces;

namespace Weft.Console.Traces;

/// <summary>One thing that was tried, with what came of it.</summary>
public sealed record DiagnosisStep(DateTimeOffset Time, string Test, string Result);

/// <summary>Tries a tracing backend and says what is wrong with it.</summary>
public static class TracingDiagnosis
{
    public static async Task<ImmutableArray<DiagnosisStep>> RunAsync(TracingOptions tracing, TimeProvider time, CancellationToken cancellationToken)
    {
        var url = tracing.InternalUrl;
        var parsed = new DiagnosisStep(
            time.GetUtcNow(), "Parsed url",
            $"[Ok] host {url.Host} - port {url.Port} - baseURL {url.Scheme}://{url.Authority} - rest {url.PathAndQuery} - prot: {url.Scheme}");
        var failure = await ProbeAsync(tracing.Source, cancellationToken).ConfigureAwait(false);
        return [parsed, new DiagnosisStep(time.GetUtcNow(), $"Asked {tracing.Source.Provider}", failure is null ? "[Ok] it answers" : $"[Error] {failure}")];
    }

    /// <summary>Null when the backend answers, else why it does not. Never what it said: that may not be for the one who asks.</summary>
    public static async Task<string?> ProbeAsync(ITraceSource source, CancellationToken cancellationToken)
    {
        try
        {
            await source.ProbeAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (TraceQueryException failure)
        {
            return failure.Error switch
            {
                TraceQueryError.Unreachable => $"{failure.Address} cannot be reached",
                TraceQueryError.Timeout => $"{failure.Address} gives no answer in time",
                TraceQueryError.Rejected => $"{failure.Address} answers with an error",
                _ => $"{failure.Address} answers, but not as {source.Provider} does",
            };
        }
    }
}
