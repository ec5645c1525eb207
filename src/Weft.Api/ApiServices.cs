using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weft.Api.Access;
using Weft.Api.Answers;
using Weft.Api.Apps;
using Weft.Api.Config;
using Weft.Api.Dashboards;
using Weft.Api.Description;
using Weft.Api.Diagnostics;
using Weft.Api.Errors;
using Weft.Api.Graph;
using Weft.Api.Health;
using Weft.Api.Integrations;
using Weft.Api.IstioConfig;
using Weft.Api.Logs;
using Weft.Api.MeshTopology;
using Weft.Api.Metrics;
using Weft.Api.Namespaces;
using Weft.Api.Overview;
using Weft.Api.Pods;
using Weft.Api.Proxies;
using Weft.Api.Services;
using Weft.Api.Status;
using Weft.Api.Traces;
using Weft.Api.Workloads;
using Weft.Console;

namespace Weft.Api;

/// <summary>Kiali's REST API, version 2.30, over one console.</summary>
public static class ApiServices
{
    /// <param name="access">How visitors prove that they may see the mesh.</param>
    public static IServiceCollection AddWeftApi(this IServiceCollection services, WeftConsole console, AccessStrategy access = AccessStrategy.Anonymous) =>
        services.AddSingleton(console).AddSingleton(_ => new AccessGate(access, console)).AddSingleton<SharedAnswers>().AddApiDescription();

    /// <summary>Maps <c>/healthz</c> and everything below <c>/api</c>. A path below it that does not exist is an error, never a page.</summary>
    public static void MapWeftApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Ok()).ExcludeFromDescription();
        var api = routes.MapGroup("/api").AddEndpointFilter<RequestTimes>().AddEndpointFilter<ErrorFilter>().AddEndpointFilter<ForeignPageFilter>().AddEndpointFilter<AccessFilter>();
        api.DescribeBodies();
        StatusEndpoints.Map(api);
        ConfigEndpoints.Map(api);
        AccessEndpoints.Map(api);
        NamespaceEndpoints.Map(api);
        AppEndpoints.Map(api);
        WorkloadEndpoints.Map(api);
        ServiceEndpoints.Map(api);
        PodEndpoints.Map(api);
        LogEndpoints.Map(api);
        ProxyEndpoints.Map(api);
        HealthEndpoints.Map(api);
        MetricsEndpoints.Map(api);
        DashboardEndpoints.Map(api);
        StatsEndpoints.Map(api);
        UsageEndpoints.Map(api);
        OverviewEndpoints.Map(api);
        IstioConfigEndpoints.Map(api);
        MeshEndpoints.Map(api);
        TlsEndpoints.Map(api);
        GraphEndpoints.Map(api);
        IntegrationEndpoints.Map(api);
        TraceEndpoints.Map(api);
        TracingEndpoints.Map(api);
        CacheEndpoints.Map(api);
        routes.MapApiDescription();
        api.MapFallback("/{**path}", (string path) => TypedResults.Json(
            new ErrorDto($"no such endpoint: /api/{path}"), ApiJsonContext.Default.ErrorDto, contentType: null, statusCode: StatusCodes.Status404NotFound)).ExcludeFromDescription();
    }
}
