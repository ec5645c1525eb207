using Microsoft.AspNetCore.Http;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary><c>/api/v1/query</c> and <c>/api/v1/query_range</c>.</summary>
internal static class QueryEndpoints
{
    public static async Task QueryAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var at = request.Time("time", store.Time.GetUtcNow().ToUnixTimeMilliseconds());
        var result = await store.Engine.QueryAsync(request["query"], at, request.Timeout(), context.RequestAborted);
        await ApiWriter.SucceedAsync(context, json => ApiWriter.WriteResult(json, result));
    }

    public static async Task QueryRangeAsync(HttpContext context, ApiRequest request, MetricsStore store)
    {
        var start = request.Time("start");
        var end = request.Time("end");
        if (end < start)
            throw ApiException.InvalidParameter("end", "end timestamp must not be before start time");
        var step = (long)request.Duration("step").TotalMilliseconds;
        if (step <= 0)
            throw ApiException.InvalidParameter("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((end - start) / step > PromQLEngine.MaxPoints)
            throw ApiException.BadData("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        var result = await store.Engine.QueryRangeAsync(request["query"], start, end, step, request.Timeout(), context.RequestAborted);
        await ApiWriter.SucceedAsync(context, json => ApiWriter.WriteResult(json, result));
    }
}
