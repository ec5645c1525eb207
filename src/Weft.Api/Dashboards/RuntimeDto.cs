namespace Weft.Api.Dashboards;

/// <summary>A runtime whose metrics were found, with the dashboards that show them.</summary>
public sealed record RuntimeDto(string Name, DashboardRefDto[] DashboardRefs);

public sealed record DashboardRefDto(string Template, string Title);
