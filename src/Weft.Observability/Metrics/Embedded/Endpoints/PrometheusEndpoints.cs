using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Weft.Observability.Metrics.PromQL;

namespace Weft.Observability.Metrics.Embedded.Endpoints;

/// <summary>The routes of the Prometheus HTTP API and where their answers come from.</summary>
internal static class PrometheusEndpoints
{
    private static readonly string[] GetAndPost = ["GET", "POST"];
    private static readonly string[] GetOnly = ["GET"];

    public static void MapPrometheusApi(this IEndpointRouteBuilder endpoints, MetricsStore store)
    {
        Map("query", GetAndPost, QueryEndpoints.QueryAsync);
        Map("query_range", GetAndPost, QueryEndpoints.QueryRangeAsync);
        Map("series", GetAndPost, SeriesEndpoints.SeriesAsync);
        Map("labels", GetAndPost, SeriesEndpoints.LabelNamesAsync);
        Map("label/{name}/values", GetOnly, SeriesEndpoints.LabelValuesAsync);
        Map("metadata", GetOnly, TargetEndpoints.MetadataAsync);
        Map("targets", GetOnly, TargetEndpoints.TargetsAsync);
        Map("status/buildinfo", GetOnly, StatusEndpoints.BuildInfoAsync);
        Map("status/config", GetOnly, StatusEndpoints.ConfigurationAsync);
        Map("status/flags", GetOnly, StatusEndpoints.FlagsAsync);
        Map("status/runtimeinfo", GetOnly, StatusEndpoints.RuntimeInfoAsync);
        endpoints.MapGet("/-/healthy", static context => context.Response.WriteAsync("Prometheus Server is Healthy.\n", context.RequestAborted));
        endpoints.MapGet("/-/ready", static context => context.Response.WriteAsync("Prometheus Server is Ready.\n", context.RequestAborted));
        endpoints.MapGet("/metrics", context => StatusEndpoints.OwnMetricsAsync(context, store));

        void Map(string path, string[] methods, Func<HttpContext, ApiRequest, MetricsStore, Task> answer) =>
            endpoints.MapMethods("/api/v1/" + path, methods, context => AnswerAsync(context, store, answer));
    }

    // The one place where failures become answers.
    private static async Task AnswerAsync(HttpContext context, MetricsStore store, Func<HttpContext, ApiRequest, MetricsStore, Task> answer)
    {
        try
        {
            await answer(context, await ApiRequest.ReadAsync(context), store);
        }
        catch (ApiException failure)
        {
            await ApiWriter.FailAsync(context, failure.ErrorType, failure.Message);
        }
        catch (PromQLParseException failure)
        {
            await ApiWriter.FailAsync(context, "bad_data", $"invalid parameter \"query\": {failure.Message}");
        }
        catch (PromQLExecutionException failure)
        {
            var errorType = failure.Failure switch
            {
                PromQLFailure.Timeout => "timeout",
                PromQLFailure.Canceled => "canceled",
                _ => "execution",
            };
            await ApiWriter.FailAsync(context, errorType, failure.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
    }
}
