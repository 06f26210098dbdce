import { type ModuleManifest, defineModule as defineModuleOf } from '../kernel/module.ts'
import { defineRoute } from '../kernel/route.ts'
import type { Deps } from './deps.ts'
import type { GraphqlBuilder } from './graphql.ts'

/** A module of this platform. */
export type Manifest = ModuleManifest<Deps, GraphqlBuilder>

/** Declares a module of this platform. */
export const defineModule = defineModuleOf<Deps, GraphqlBuilder>()

/** Declares a route of this platform. */
export const route = defineRoute<Deps>()
