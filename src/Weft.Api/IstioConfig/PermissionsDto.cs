using Weft.Console.Access;

namespace Weft.Api.IstioConfig;

public sealed record PermissionsDto(bool Create, bool Update, bool Delete)
{
    public static PermissionsDto None { get; } = new(false, false, false);

    public static PermissionsDto Of(ObjectPermissions permissions) => new(permissions.Create, permissions.Update, permissions.Delete);
}
