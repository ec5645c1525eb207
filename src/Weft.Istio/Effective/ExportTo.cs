using System.Collections.Immutable;

namespace Weft.Istio.Effective;

/// <summary>Who may see an object that carries an exportTo list.</summary>
public static class ExportTo
{
    private static readonly ImmutableArray<string> s_public = ["*"];

    /// <param name="meshDefault">For an object that says nothing; empty means public.</param>
    public static bool Reaches(ImmutableArray<string> stated, ImmutableArray<string> meshDefault, string? ownNamespace, string @namespace)
    {
        var targets = stated.Length > 0 ? stated : meshDefault.Length > 0 ? meshDefault : s_public;
        foreach (var target in targets)
        {
            if (target == "*" || target == @namespace || (target == "." && ownNamespace == @namespace))
            {
                return true;
            }
        }

        return false;
    }
}
