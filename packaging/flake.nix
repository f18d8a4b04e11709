# A flake for Nix, and a module for NixOS. Never built: nix-instantiate --parse reads it, and the names of its
# inputs come from nixpkgs' own index; libcsv and libpowercap may have to be packaged first.
{
  description = "Joules and grams of CO2e of one query, with the evidence";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" ];
      each = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (pkgs: {
        default = pkgs.stdenv.mkDerivation {
          pname = "joulecart";
          version = "0.1.0";
          src = ../.;
          nativeBuildInputs = with pkgs; [ autoreconfHook gettext pkg-config python3 ];
          buildInputs = with pkgs; [
            curl
            gsl
            inih
            jansson
            elfutils
            libarchive
            libcap
            libcsv
            libmicrohttpd
            libpfm
            libpowercap
            libpq
            libsodium
            libxml2
            ncurses
            oneDNN
            openblas
            papi
            pcre2
            sqlite
            util-linux
            zlib
          ];
          meta.license = pkgs.lib.licenses.asl20;
        };
      });

      # programs.joulecart.enable: the group joulecart may read the energy counters. Side channels have been
      # built on them, so nobody is in the group at first.
      nixosModules.default = { config, lib, pkgs, ... }: {
        options.programs.joulecart.enable = lib.mkEnableOption "joulecart, with a group that may read counters";
        config = lib.mkIf config.programs.joulecart.enable {
          users.groups.joulecart = { };
          security.wrappers.joulecart = {
            owner = "root";
            group = "joulecart";
            permissions = "u+rx,g+x";
            capabilities = "cap_perfmon=ep";
            source = "${self.packages.${pkgs.system}.default}/bin/joulecart";
          };
        };
      };
    };
}
