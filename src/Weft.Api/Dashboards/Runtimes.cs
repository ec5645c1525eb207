using Microsoft.AspNetCore.Http;
using Weft.Api.Requests;
using Weft.Console;
using Weft.Console.Inventory;
using Weft.Observability.Metrics;

namespace Weft.Api.Dashboards;

/// <summary>The runtimes of workloads, found by the metrics they have or named by their pods' annotations.</summary>
internal static class Runtimes
{
    public static async Task<RuntimeDto[]> FindAsync(
        WeftConsole console, HttpContext context, string ns, string? app, string? version, IReadOnlyList<WorkloadFacts> workloads, CancellationToken cancellationToken)
    {
        try
        {
            var runtimes = await console.Dashboards.DiscoverAsync(ns, app, version, workloads, cancellationToken);
            return [.. runtimes.Select(runtime => new RuntimeDto(runtime.Name, [.. runtime.Dashboards.Select(dashboard => new DashboardRefDto(dashboard.Name, dashboard.Title))]))];
        }
        catch (MetricsQueryException failure)
        {
            HealthRequest.MarkDegraded(context, "metrics", failure.Reason);
            return [];
        }
    }
}
