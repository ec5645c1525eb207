namespace Weft.ApiServer.Security;

/// <summary>The authenticated caller.</summary>
internal sealed record UserIdentity(string Name, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, string>? Extra = null)
{
    public const string MastersGroup = "system:masters";
    public const string AuthenticatedGroup = "system:authenticated";
    public const string ServiceAccountPrefix = "system:serviceaccount:";

    public static UserIdentity Anonymous { get; } = new("system:anonymous", "", ["system:unauthenticated"]);

    public bool IsMaster => Groups.Contains(MastersGroup);

    public bool IsAnonymous => Name == Anonymous.Name;

    public bool IsServiceAccount => Name.StartsWith(ServiceAccountPrefix, StringComparison.Ordinal);
}
