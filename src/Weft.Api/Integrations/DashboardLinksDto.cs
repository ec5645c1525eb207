using Weft.Console.Links;

namespace Weft.Api.Integrations;

/// <summary>The dashboards of Grafana or Perses that are there; with Perses its project.</summary>
public sealed record DashboardLinksDto(DashboardLinkDto[] ExternalLinks, string? Project);

public sealed record DashboardLinkDto(string Url, string Name, DashboardVariablesDto Variables)
{
    public static DashboardLinkDto Of(DashboardLink link) => new(link.Url.AbsoluteUri, link.Dashboard.Name, DashboardVariablesDto.Of(link.Dashboard));
}

/// <summary>Under which parameter of its address a dashboard takes what; what it does not take is left out.</summary>
public sealed record DashboardVariablesDto(string? App, string? Datasource, string? Namespace, string? Service, string? Version, string? Workload)
{
    public static DashboardVariablesDto Of(Console.Settings.DashboardLinkSettings dashboard) => new(
        OrNull(dashboard.App), OrNull(dashboard.Datasource), OrNull(dashboard.Namespace), OrNull(dashboard.Service), OrNull(dashboard.Version), OrNull(dashboard.Workload));

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
